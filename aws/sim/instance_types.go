package sim

import (
	"slices"
	"strings"
)

// typeFamily is a family of instance types with the sizes that SageMaker has of it.
type typeFamily struct{ name, sizes string }

// typeFamilies are those of the service model, in its order.
func typeFamilies() []typeFamily {
	const seven = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge"
	const six = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge"
	const g6 = "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge"
	return []typeFamily{
		{"t2", "medium large xlarge 2xlarge"},
		{"t3", "medium large xlarge 2xlarge"},
		{"m4", "xlarge 2xlarge 4xlarge 10xlarge 16xlarge"},
		{"m5", "xlarge 2xlarge 4xlarge 12xlarge 24xlarge"},
		{"m5d", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge"},
		{"c4", "xlarge 2xlarge 4xlarge 8xlarge"},
		{"c5", "xlarge 2xlarge 4xlarge 9xlarge 18xlarge"},
		{"c5d", "xlarge 2xlarge 4xlarge 9xlarge 18xlarge"},
		{"p2", "xlarge 8xlarge 16xlarge"},
		{"p3", "2xlarge 8xlarge 16xlarge"},
		{"p3dn", "24xlarge"},
		{"g4dn", "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"},
		{"r5", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge"},
		{"g5", "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 12xlarge 24xlarge 48xlarge"},
		{"inf1", "xlarge 2xlarge 6xlarge 24xlarge"},
		{"trn1", "2xlarge 32xlarge"},
		{"trn1n", "32xlarge"},
		{"inf2", "xlarge 8xlarge 24xlarge 48xlarge"},
		{"p4d", "24xlarge"},
		{"p4de", "24xlarge"},
		{"p5", "48xlarge"},
		{"p6-b200", "48xlarge"},
		{"m6i", six}, {"m7i", seven}, {"c6i", six}, {"c7i", seven}, {"r6i", six}, {"r7i", seven},
		{"m6id", six}, {"c6id", six}, {"r6id", six},
		{"g6", g6},
		{"g7e", "2xlarge 4xlarge 8xlarge 12xlarge 24xlarge 48xlarge"},
		{"p5", "4xlarge"},
		{"p5en", "48xlarge"},
		{"g6e", g6},
	}
}

// knownTypes lists the instance types of the service model.
func knownTypes() []string {
	var out []string
	for _, f := range typeFamilies() {
		for size := range strings.FieldsSeq(f.sizes) {
			out = append(out, "ml."+f.name+"."+size)
		}
	}
	return out
}

// familyOf is the family of an instance type: "t3" of "ml.t3.medium".
func familyOf(instanceType string) string {
	parts := strings.Split(instanceType, ".")
	if len(parts) != 3 {
		return ""
	}
	return parts[1]
}

// fitsPlatform says whether the newest platform, the only one that is left,
// supports an instance type.
func fitsPlatform(instanceType string) bool {
	return !slices.Contains([]string{"p2", "p3", "p3dn", "inf1", "g3"}, familyOf(instanceType))
}
