// Package profile reads the two files of the AWS CLI and decides what a profile
// signs in with. The rules are those of the AWS CLI, as botocore 1.43 has them in
// configloader.py and credentials.py and Python in configparser.py and shlex.py:
// the same files and variables lead to the same identity, or to a refusal that
// says which line or variable is meant. The SDK reads both files differently in
// section heads, comments, quotes and indented lines, and its precedence is
// another one, so its reader is not used.
package profile
