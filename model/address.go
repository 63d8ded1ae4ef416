package model

import (
	"net/url"
	"regexp"
	"strings"
)

// Address is what a notebook is called elsewhere: its ARN, the URL of its Jupyter, or
// that of its page in the AWS console. What an address does not tell is empty. Host is
// that of a Jupyter: AWS puts four characters behind the name in some, so that only the
// notebook itself tells what it is called.
type Address struct{ Name, Region, Account, Host string }

var (
	arnAddress     = regexp.MustCompile(`(?i)^arn:aws[a-z-]*:sagemaker:([a-z0-9-]+):(\d{12}):notebook-instance/([a-z0-9-]+)$`)
	jupyterAddress = regexp.MustCompile(`(?i)^([a-z0-9-]+)\.notebook\.([a-z0-9-]+)\.sagemaker\.aws$`)
	consoleAddress = regexp.MustCompile(`(?i)^([a-z0-9-]+\.)?console\.(aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)$`)
	consolePage    = regexp.MustCompile(`(?i)^/?notebook-instances/(?:(?:openNotebook|edit)/)?([a-z0-9-]+)(?:[/?]|$)`)
	madeUnique     = regexp.MustCompile(`^(.+)-[a-z0-9]{4}$`)
)

// ParseAddress reads an address; ok is false for what is none.
func ParseAddress(s string) (a Address, ok bool) {
	s = strings.TrimSpace(s)
	if m := arnAddress.FindStringSubmatch(s); m != nil {
		return Address{Region: m[1], Account: m[2], Name: m[3]}, true
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s // AWS gives the URL of a notebook without it
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return a, false
	}
	if m := jupyterAddress.FindStringSubmatch(u.Hostname()); m != nil {
		return Address{Name: m[1], Region: m[2], Host: u.Hostname()}, true
	}
	host := consoleAddress.FindStringSubmatch(u.Hostname())
	page := consolePage.FindStringSubmatch(u.Fragment)
	if host == nil || page == nil {
		return a, false
	}
	region := u.Query().Get("region")
	if region == "" {
		region = strings.TrimSuffix(host[1], ".")
	}
	return Address{Name: page[1], Region: region}, region != ""
}

// Called are the names that the notebook may have, the likeliest first.
func (a Address) Called() []string {
	if m := madeUnique.FindStringSubmatch(a.Name); m != nil && a.Host != "" {
		return []string{a.Name, m[1]}
	}
	return []string{a.Name}
}

// Names reports whether a notebook has the address. AWS writes names in small letters
// in some of them.
func (a Address) Names(n *Notebook) bool {
	if a.Host != "" && strings.EqualFold(a.Host, strings.TrimPrefix(n.URL, "https://")) {
		return true
	}
	return strings.EqualFold(a.Name, n.Name) && strings.EqualFold(a.Region, n.Region) && (a.Account == "" || a.Account == n.Account)
}
