package aws

import (
	"slices"
	"strings"
)

// knownRegions are the regions of a partition with a SageMaker API, as published
// in August 2026. They serve where the account's own list may not be read.
func knownRegions(partition string) []string {
	switch partition {
	case "aws":
		return []string{
			"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
			"ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
			"ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
			"eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
			"mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
		}
	case "aws-cn":
		return []string{"cn-north-1", "cn-northwest-1"}
	case "aws-us-gov":
		return []string{"us-gov-east-1", "us-gov-west-1"}
	case "aws-eusc":
		return []string{"eusc-de-east-1"}
	case "aws-iso":
		return []string{"us-iso-east-1", "us-iso-west-1"}
	case "aws-iso-b":
		return []string{"us-isob-east-1", "us-isob-west-1"}
	case "aws-iso-e":
		return []string{"eu-isoe-west-1"}
	case "aws-iso-f":
		return []string{"us-isof-east-1", "us-isof-south-1"}
	}
	return nil
}

func partitions() []string {
	return []string{"aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"}
}

// Regions are all regions of AWS with a SageMaker API that this program has heard of.
func Regions() []string {
	out := make([]string, 0, 64)
	for _, p := range partitions() {
		out = append(out, knownRegions(p)...)
	}
	return out
}

// partitionOf tells the partition of a region by how AWS names regions there, also
// of one that this program has not heard of.
func partitionOf(region string) string {
	for prefix, partition := range map[string]string{
		"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b",
		"eu-isoe-": "aws-iso-e", "us-isof-": "aws-iso-f",
	} {
		if strings.HasPrefix(region, prefix) {
			return partition
		}
	}
	return "aws"
}

// mayBeIn reports whether a region can be of a partition, for all that is known of
// both.
func mayBeIn(region, partition string) bool {
	of := partitionOf(region)
	return of == partition || of == "aws" && !slices.Contains(knownRegions("aws"), region)
}

// offersNotebooks reports whether a region is known to offer notebook instances:
// CloudFormation makes AWS::SageMaker::NotebookInstance there, by its own lists of
// resource types for each region, as kept by cfn-lint on 2025-12-08. Of the others
// nothing is known: regions have been added to such lists years after they opened.
func offersNotebooks(region string) bool {
	switch region {
	case "ap-east-2", "ap-south-2", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1",
		"eu-central-2", "eu-south-2", "il-central-1", "me-central-1", "mx-central-1", "us-gov-east-1":
		return false
	}
	return slices.Contains(Regions(), region)
}
