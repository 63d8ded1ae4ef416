package model

import (
	"net/url"
	"regexp"
	"strings"
)

// Address is what a notebook is called elsewhere: its ARN, the URL of its Jupyter, or
// that of its page in the AWS console. What an address does not tell is empty.
type Address struct{ Name, Region, Account string }

var (
	arnAddress     = regexp.MustCompile(`(?i)^arn:aws[a-z-]*:sagemaker:([a-z0-9-]+):(\d{12}):notebook-instance/([a-z0-9-]+)$`)
	jupyterAddress = regexp.MustCompile(`(?i)^([a-z0-9-]+)\.notebook\.([a-z0-9-]+)\.sagemaker\.aws$`)
	consoleAddress = regexp.MustCompile(`(?i)^([a-z0-9-]+\.)?console\.(aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)$`)
	consolePage    = regexp.MustCompile(`(?i)^/?notebook-instances/([^/?]+)`)
)

// ParseAddress reads an address; ok is false for what is none.
func ParseAddress(s string) (a Address, ok bool) {
	s = strings.TrimSpace(s)
	if m := arnAddress.FindStringSubmatch(s); m != nil {
		return Address{Region: m[1], Account: m[2], Name: m[3]}, true
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" {
		return a, false
	}
	if m := jupyterAddress.FindStringSubmatch(u.Hostname()); m != nil {
		return Address{Name: m[1], Region: m[2]}, true
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

// Names reports whether a notebook has the address. AWS writes names in small letters
// in some of them.
func (a Address) Names(n *Notebook) bool {
	return strings.EqualFold(a.Name, n.Name) && strings.EqualFold(a.Region, n.Region) && (a.Account == "" || a.Account == n.Account)
}
