package model

// ServiceSuffix is what the names of AWS's services end with in a partition, as in
// s3.eu-west-1.amazonaws.com. Of other partitions nothing is published.
func ServiceSuffix(partition string) (suffix string, known bool) {
	suffix, known = map[string]string{
		"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu",
	}[partition]
	return suffix, known
}
