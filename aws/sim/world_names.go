package sim

// What the notebooks of the world are called and used for.

func teamNames() []string {
	return []string{
		"Growth", "Risk", "Pricing", "Search", "Supply Chain", "Vision", "Speech", "Research",
		"Personalization", "Trust and Safety", "Finance", "Platform",
	}
}

func projects() []string {
	return []string{
		"churn-model", "fraud-features", "demand-forecast", "price-elasticity", "search-ranking", "basket-affinity",
		"credit-score", "claims-triage", "route-planner", "yield-curve", "voice-intent", "doc-classifier",
		"image-dedup", "lead-scoring", "returns-risk", "stock-outs", "sensor-drift", "store-traffic",
		"email-uplift", "session-embeddings", "kyc-matching", "label-quality", "energy-load", "ad-bidding",
		"review-sentiment", "warranty-cost", "crop-yield", "patient-flow", "telemetry-anomaly", "ticket-routing",
	}
}

func purposes() []string {
	return []string{
		"train", "explore", "eda", "dev", "eval", "backfill", "features", "demo", "prototype", "debug", "nightly", "report",
	}
}

func suffixes() []string { return []string{"", "", "", "", "eu", "us", "v2", "v3", "new", "tmp"} }

func owners() []string {
	return []string{
		"a.okafor", "b.lindqvist", "c.moreau", "d.tanaka", "e.rossi", "f.haddad", "g.novak", "h.silva", "i.kim", "j.weber",
		"k.osei", "l.marin", "m.chen", "n.petrov", "o.byrne", "p.sato", "q.ali", "r.costa", "s.jensen", "t.mbeki",
	}
}

func environments() []string { return []string{"dev", "dev", "dev", "staging", "prod", "sandbox"} }

func instanceTypes() []string {
	return []string{
		"ml.t3.medium", "ml.t3.medium", "ml.t3.medium", "ml.t3.large", "ml.t3.xlarge", "ml.t3.2xlarge", "ml.m5.xlarge",
		"ml.m5.2xlarge", "ml.m5.4xlarge", "ml.c5.xlarge", "ml.c5.4xlarge", "ml.r5.large", "ml.r5.4xlarge", "ml.m6i.large",
		"ml.m5d.large", "ml.t2.medium", "ml.g4dn.xlarge", "ml.g5.xlarge", "ml.g5.12xlarge", "ml.p4d.24xlarge",
	}
}

// oldTypes are instance types that the newest platform does not support.
func oldTypes() []string {
	return []string{"ml.p3.2xlarge", "ml.p3.8xlarge", "ml.p2.xlarge", "ml.t2.medium"}
}

func roleNames() []string {
	return []string{
		"AmazonSageMaker-ExecutionRole-20240312T101523", "SageMakerNotebookRole", "ds-notebook-execution", "MLPlatformNotebook",
		"service-role/AmazonSageMaker-ExecutionRole-20210607T142208",
	}
}

const (
	al1       = "notebook-al1-v1"
	al2v1     = "notebook-al2-v1"
	al2v2     = "notebook-al2-v2"
	al2v3     = "notebook-al2-v3"
	al2023    = "notebook-al2023-v1"
	on, off   = "Enabled", "Disabled"
	ipv4      = "ipv4"
	dualstack = "dualstack"
)

func platforms() []string {
	return []string{al2023, al2v2, al2023, al2v3, al2023, al1, al2023, al2v2, al2023, al2v3, al2v1, al2023, al2v2, al2023, al1, al2023, al2v2}
}

func failureReasons() []string {
	return []string{
		"Insufficient notebook instance capacity. Retry later or with a different instance type.",
		"Notebook Instance Lifecycle Config '%CONFIG%' for Notebook Instance '%ARN%' took longer than 5 minutes. Please check your " +
			"CloudWatch logs for more details if your Notebook Instance has Internet access.",
		"Unable to create or start a notebook instance that can access resources in your VPC. Please check if you have " +
			"ec2:CreateNetworkInterface permission. You are not authorized to perform this operation. Encoded authorization " +
			"failure message: 4fA0simulatedMessageWithoutContent9Q",
	}
}
