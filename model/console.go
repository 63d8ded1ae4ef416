package model

import (
	"net/url"
	"strings"
)

// ConsoleURL is the notebook's page in the AWS console. The partition is that of
// the caller's ARN; without it, the notebook's own ARN tells. It is "" for a
// partition whose console is not public and for a region that is not the name of
// a host.
func ConsoleURL(n *Notebook, partition string) string {
	if partition == "" {
		partition = arnPartition(n.ARN)
	}
	host := consoleHost(partition)
	if host == "" || !hostLabel(n.Region) {
		return ""
	}
	return "https://" + n.Region + "." + host + "/sagemaker/home?region=" + n.Region +
		"#/notebook-instances/" + url.PathEscape(n.Name)
}

func consoleHost(partition string) string {
	switch partition {
	case "aws":
		return "console.aws.amazon.com"
	case "aws-cn":
		return "console.amazonaws.cn"
	case "aws-us-gov":
		return "console.amazonaws-us-gov.com"
	}
	return ""
}

// arnPartition is the second part of an ARN.
func arnPartition(arn string) string {
	_, rest, _ := strings.Cut(arn, ":")
	partition, _, _ := strings.Cut(rest, ":")
	return partition
}

// hostLabel reports whether s can stand in a host's name, so that no answer from
// a server makes a link to somewhere else.
func hostLabel(s string) bool {
	if s == "" || s[0] == '-' {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	}) < 0
}

// DescribeCommand is the AWS CLI command that describes the notebook, quoted for
// a POSIX shell. The profile is left out when it is empty.
func DescribeCommand(n *Notebook, profile string) string {
	words := []string{
		"aws", "sagemaker", "describe-notebook-instance", "--region", n.Region, "--notebook-instance-name", n.Name,
	}
	if profile != "" {
		words = append(words, "--profile", profile)
	}
	for i, w := range words {
		words[i] = ShellQuote(w)
	}
	return strings.Join(words, " ")
}
