// Package control is the catalogue of published controls on notebook instances,
// and which of them a notebook fails. They contradict each other; package policy
// picks a side.
package control

import "nbscope/model"

const (
	hubPage    = "https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html"
	configPage = "https://docs.aws.amazon.com/config/latest/developerguide/"
	trendPage  = "https://www.trendmicro.com/cloudoneconformity/knowledge-base/aws/SageMaker/"
	appendix   = "https://docs.aws.amazon.com/sagemaker/latest/dg/appendix-notebook-and-internet-access.html"
)

// AgainstDirect are the controls that fail a notebook with direct internet access.
func AgainstDirect() []model.Control {
	return []model.Control{
		{
			ID: "SageMaker.1", Title: "Security Hub: notebook instances should not have direct internet access",
			URL: hubPage + "#sagemaker-1", Severity: model.SeverityHigh,
		},
		{
			ID: "sagemaker-notebook-no-direct-internet-access", Title: "AWS Config rule: no direct internet access",
			URL: configPage + "sagemaker-notebook-no-direct-internet-access.html",
		},
		{
			ID: "SageMaker-004", Title: "Trend Cloud One Conformity: disable direct internet access for notebook instances",
			URL: trendPage + "notebook-direct-internet-access.html", Severity: model.SeverityMedium,
		},
		{
			ID:    "sagemaker_notebook_instance_without_direct_internet_access_configured",
			Title: "Prowler: notebook instances have no direct internet access",
			URL:   "https://hub.prowler.com/check/sagemaker_notebook_instance_without_direct_internet_access_configured", Severity: model.SeverityHigh,
		},
	}
}

// CustomVPC wants a notebook in a VPC of the customer.
func CustomVPC() model.Control {
	return model.Control{
		ID: "SageMaker.2", Title: "Security Hub: notebook instances should be launched in a custom VPC",
		URL: hubPage + "#sagemaker-2", Severity: model.SeverityHigh,
	}
}

// NoRoot wants no root access.
func NoRoot() model.Control {
	return model.Control{
		ID: "SageMaker.3", Title: "Security Hub: users should not have root access to notebook instances",
		URL: hubPage + "#sagemaker-3", Severity: model.SeverityHigh,
	}
}

// Platform wants a platform that is supported.
func Platform() model.Control {
	return model.Control{
		ID: "SageMaker.8", Title: "Security Hub: notebook instances should run on supported platforms",
		URL: hubPage + "#sagemaker-8", Severity: model.SeverityMedium,
	}
}

// Reach is the guidance that wants a notebook in a VPC to reach what it needs.
// Neither text has an identifier of its own.
func Reach() []model.Control {
	return []model.Control{
		{ID: "Conformity: VPC-only notebook reach", Title: "Trend Cloud One Conformity: a notebook in VPC only mode can access required resources", URL: trendPage},
		{ID: "AWS: VPC notebook internet access", Title: "SageMaker guide: connect a notebook instance in a VPC to external resources", URL: appendix},
	}
}
