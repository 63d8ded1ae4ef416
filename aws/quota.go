package aws

import (
	"context"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"

	"nbscope/model"
	"nbscope/model/recreate"
)

const (
	quotaService = "sagemaker"
	quotaTotal   = "L-04CE2E67"                   // total number of notebook instances
	quotaOfType  = " for notebook instance usage" // after the type, in the quota's name
	notListed    = -1
)

// quotas are the limits that the new notebook counts against.
func (q *inquiry) quotas(ctx context.Context) (recreate.Quotas, error) {
	all, err := q.session.quotas(ctx, q.source.Region)
	if err != nil {
		return recreate.Quotas{}, err
	}
	out := recreate.Quotas{Total: notListed, OfType: notListed}
	if v, ok := all[quotaTotal]; ok {
		out.Total = v
	}
	if v, ok := all[q.spec.InstanceType]; ok {
		out.OfType = v
	}
	return out, nil
}

// quotas lists the limits on notebook instances in a region, by the instance type,
// and the limit on all of them by its code. Which codes the limits of types have
// is published nowhere, so all are listed, once.
func (s *session) quotas(ctx context.Context, region string) (map[string]float64, error) {
	return s.client.quotas.get(ctx, model.Target{Account: s.account, Region: region}, func() (map[string]float64, error) {
		cfg := s.cfg.Copy()
		cfg.Region = region
		client := servicequotas.NewFromConfig(s.client.aimed(cfg, servicequotas.ServiceID))
		pages := servicequotas.NewListServiceQuotasPaginator(client, &servicequotas.ListServiceQuotasInput{
			ServiceCode: sdkaws.String(quotaService), MaxResults: sdkaws.Int32(pageSize),
		})
		out := map[string]float64{}
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for i := range page.Quotas {
				v := &page.Quotas[i]
				if v.Value == nil {
					continue
				}
				if sdkaws.ToString(v.QuotaCode) == quotaTotal {
					out[quotaTotal] = *v.Value
				} else if kind, ok := strings.CutSuffix(sdkaws.ToString(v.QuotaName), quotaOfType); ok {
					out[kind] = *v.Value
				}
			}
		}
		return out, nil
	})
}
