package explore

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// answering is who answers for a detail.
type answering struct {
	Inspector
	err   error
	probe model.Probe
}

func (a *answering) Probe(context.Context, model.Target, string) (model.Probe, error) {
	return a.probe, a.err
}

func (a *answering) Raw(context.Context, model.Target, string) ([]byte, error) {
	return []byte("{}"), a.err
}

func (a *answering) Repository(_ context.Context, _ model.Target, name string) (model.CodeRepository, error) {
	if name == "gone" {
		return model.CodeRepository{}, errors.New("there is none")
	}
	return model.CodeRepository{Name: name, URL: "https://ana:secret@git.example/" + name, Branch: map[string]string{"libs": "main"}[name], Secret: map[string]string{"libs": "arn:secret"}[name]}, a.err
}

// pageOf is a section of the detail of a notebook.
func pageOf(n *model.Notebook, s section, change func(*detail)) detailPages {
	w := &kit.World{Now: uitest.Noon(), Inventory: model.NewInventory(), Identities: uitest.Identities()}
	w.Lens = model.Lens{Now: w.Now, Findings: w.Policy.Findings}
	d := newDetail(w, kit.DefaultKeyMap(), plain(), &answering{})
	d.notebook, d.section, d.focused = n, s, true
	d.resize(200, 60)
	if change != nil {
		change(&d)
	}
	return detailPages{&d}
}

// known is a cut off notebook of which everything is known.
func known(change func(*model.Notebook)) *model.Notebook {
	return uitest.Notebook(3, "churn", uitest.Prod, "eu-west-1", func(n *model.Notebook) {
		n.Created, n.Modified = uitest.Noon().Add(-48*time.Hour), uitest.Noon().Add(-time.Hour)
		if change != nil {
			change(n)
		}
	})
}

func TestEverySectionSaysWhatIsKnownAndWhatIsNot(t *testing.T) {
	fetched := func(s section, p part) func(*detail) { return func(d *detail) { d.parts[s] = &p } }
	scripts := func(n *model.Notebook) { n.LifecycleName = "proxy" }
	repos := func(n *model.Notebook) {
		n.Repositories = []string{"https://git.example/a.git", "libs", "gone", "plain"}
	}
	pending := uitest.Notebook(2, "b", uitest.Prod, "eu-west-1", uitest.Oddities(2))
	probed := func(p probing) func(*detail) {
		return func(d *detail) { p.created = d.notebook.Created; d.probes[d.notebook.ARN] = &p }
	}
	found := uitest.Probe(uitest.Noon().Add(-time.Minute), "github")
	for name, c := range map[string]struct {
		notebook *model.Notebook
		section  section
		change   func(*detail)
		want     []string
	}{
		"no tags": {known(func(n *model.Notebook) { n.Tags = nil }), sectionTags, nil, []string{
			"dim|No tags.",
		}},
		"tags that were refused": {known(func(n *model.Notebook) { n.Tags, n.Tagged = nil, uitest.Refused("denied") }), sectionTags, nil, []string{
			"unknown|Tags|? unknown: denied",
		}},
		"tags on their way": {pending, sectionTags, nil, []string{
			"unknown|Tags|… on its way",
			"normal|Owner|ana",
			"normal|Team|growth",
		}},
		"tags": {known(nil), sectionTags, nil, []string{
			"normal|Owner|ana",
			"normal|Team|growth",
		}},
		"no scripts": {known(nil), sectionLifecycle, nil, []string{
			"dim|No lifecycle configuration is attached: nothing runs when this notebook is created or starts.",
		}},
		"scripts that nobody asked for": {known(scripts), sectionLifecycle, nil, []string{
			"normal|Configuration|proxy",
		}},
		"scripts that are fetched": {known(scripts), sectionLifecycle, fetched(sectionLifecycle, part{since: uitest.Noon()}), []string{
			"normal|Configuration|proxy",
			"dim|Fetching the lifecycle configuration, since 12:00:00 UTC.",
		}},
		"scripts that were refused": {known(scripts), sectionLifecycle, fetched(sectionLifecycle, part{done: true, problem: &model.Problem{Message: "denied"}}), []string{
			"normal|Configuration|proxy",
			"bad|Problem|✗ denied",
			"dim|Kind|none",
			"dim|Turn to this section again to ask once more.",
		}},
		"scripts": {known(scripts), sectionLifecycle, fetched(sectionLifecycle, part{done: true, found: inspection{lifecycle: model.LifecycleConfig{Modified: uitest.Noon().Add(-time.Hour), OnStart: "export TOKEN=abcdefgh12345678\necho"}}}), []string{
			"normal|Configuration|proxy",
			"normal|Modified|2026-11-23 11:00:00 UTC (1h ago)",
			"header|When created",
			"dim|No script.",
			"header|At every start",
			"normal|export TOKEN=****",
			"normal|echo",
			"warn|1 value that may be secret masked; v shows them.",
		}},
		"scripts that are shown": {known(scripts), sectionLifecycle, func(d *detail) {
			d.reveal = true
			fetched(sectionLifecycle, part{done: true, found: inspection{lifecycle: model.LifecycleConfig{OnCreate: "export TOKEN=abcdefgh12345678"}}})(d)
		}, []string{
			"normal|Configuration|proxy",
			"normal|Modified|never",
			"header|When created",
			"normal|export TOKEN=abcdefgh12345678",
			"header|At every start",
			"dim|No script.",
		}},
		"JSON": {known(nil), sectionRaw, fetched(sectionRaw, part{done: true, found: inspection{raw: []byte("{\"a\":1}")}}), []string{
			"normal|{",
			"normal|  \"a\": 1",
			"normal|}",
		}},
		"what is no JSON": {known(nil), sectionRaw, fetched(sectionRaw, part{done: true, found: inspection{raw: []byte("{a")}}), []string{
			"normal|{a",
		}},
		"configuration": {known(func(n *model.Notebook) { n.IMDSVersion = "1" }), sectionConfig, nil, []string{
			"normal|Instance type|ml.t3.medium",
			"normal|Platform|notebook-al2023-v1",
			"normal|Volume|20 GB",
			"dim|Encryption key|none",
			"header|Access",
			"normal|Execution role|arn:aws:iam::111122223333:role/service-role/SageMakerExecution",
			"normal|Root access|Enabled",
			"normal|Metadata service|version 1 is allowed",
			"normal|IP addresses|ipv4",
			"header|Start",
			"dim|Lifecycle|none",
			"dim|Repositories|none",
		}},
		"repositories that nobody asked for": {known(repos), sectionConfig, nil, []string{
			"normal|Repositories|https://git.example/a.git",
			"normal| |libs",
			"normal| |gone",
			"normal| |plain",
		}},
		"repositories that are asked for": {known(repos), sectionConfig, fetched(sectionConfig, part{since: uitest.Noon()}), []string{
			"normal|Repositories|https://git.example/a.git",
			"normal| |libs",
			"dim| |  asking for its URL since 12:00:00 UTC",
			"normal| |gone",
			"dim| |  asking for its URL since 12:00:00 UTC",
			"normal| |plain",
			"dim| |  asking for its URL since 12:00:00 UTC",
		}},
		"repositories that were refused": {known(repos), sectionConfig, fetched(sectionConfig, part{done: true, problem: &model.Problem{Message: "denied"}}), []string{
			"normal|Repositories|https://git.example/a.git",
			"normal| |libs",
			"unknown| |  ? URL unknown: denied",
			"normal| |gone",
			"unknown| |  ? URL unknown: denied",
			"normal| |plain",
			"unknown| |  ? URL unknown: denied",
		}},
		"repositories": {known(repos), sectionConfig, func(d *detail) {
			fetched(sectionConfig, part{done: true, found: inspection{repositories: inspectRepositories(t.Context(), d.port, d.notebook)}})(d)
		}, []string{
			"normal|Repositories|https://git.example/a.git",
			"normal| |libs",
			"normal| |  https://****@git.example/libs, branch main",
			"dim| |  credentials in arn:secret",
			"normal| |gone",
			"unknown| |  ? URL unknown: there is none",
			"normal| |plain",
			"normal| |  https://****@git.example/plain",
		}},
		"configuration on its way": {pending, sectionConfig, nil, []string{
			"normal|Instance type|ml.g5.2xlarge",
			"unknown|Platform|… on its way",
			"unknown|Volume|… on its way",
			"unknown|Encryption key|… on its way",
			"header|Access",
			"unknown|Execution role|… on its way",
			"unknown|Root access|… on its way",
			"unknown|Metadata service|… on its way",
			"unknown|IP addresses|… on its way",
			"header|Start",
			"dim|Lifecycle|none",
			"dim|Repositories|none",
		}},
		"all of an overview": {known(nil), sectionOverview, nil, []string{
			"drawn|✗ isolated: route table rtb-05d4c3b2a1908f7e6 has no route to the IPv4 internet; no VPC",
			"drawn|  endpoint serves the notebook either",
			"drawn|✗ high: direct internet off; isolated",
			"header|What to do",
			"drawn|1 Let tcp/443 out in security group sg-0377aa   free · no recreate · nobody else affected",
			"drawn|2 Route subnet subnet-044c1de2f3a to NAT gateway nat-0b1c2d3e4f   $36.50 a month · no recreate · 1 affected, none worse",
			"drawn|3 Recreate the notebook with direct internet on   cost not known · recreate · nobody else affected · breaks SageMaker.1 (high) and 3 more controls",
			"drawn|Reaches          pypi ✗  conda ✗  github ✗  codeartifact ✗  s3 ✗  sts ✗  sagemaker.api ✗  sagemaker.runtime ✗  ecr ✗  logs ✗  artifactory.example.com →  10.2.0.0/16 ✗",
			"dim|Probe|not tried; V tries from inside",
			"normal|Status|● InService",
			"header|Network",
			"normal|Direct internet|Disabled (VPC only)",
			"normal|VPC|vpc-0312ab34cd56ef7890 analytics",
			"normal|Subnet|subnet-044c1de2f3a private-1",
			"normal|Security groups|sg-0377aa",
			"normal|Interface|eni-03",
			"header|Place",
			"normal|Account|111122223333",
			"normal|Region|eu-west-1",
			"normal|Created|2026-11-21 12:00:00 UTC (2d ago)",
			"normal|Modified|2026-11-23 11:00:00 UTC (1h ago)",
			"header|Addresses",
			"normal|ARN|arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn",
			"normal|Jupyter|https://churn.notebook.eu-west-1.sagemaker.aws",
			"normal|Console|https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/churn",
		}},
		"overview beside the list": {known(nil), sectionOverview, func(d *detail) { d.focused = false }, []string{
			"dim|Probe|not tried; V tries from inside",
			"normal|Status|● InService",
		}},
		"overview on its way": {pending, sectionOverview, nil, []string{
			"dim|Egress|… on its way",
			"busy|Status|◐ Pending",
		}},
		"overview of one that failed": {known(func(n *model.Notebook) { n.Status, n.FailureReason, n.URL = model.StatusFailed, "no room", "" }), sectionOverview, nil, []string{
			"dim|Probe|not tried: it can be while the notebook is in service",
			"bad|Status|✗ Failed",
			"bad|Reason|no room",
		}},
		"overview of one that was seen before": {known(func(n *model.Notebook) { n.Stale, n.SeenAt = true, uitest.Noon().Add(-2*time.Hour) }), sectionOverview, nil, []string{
			"dim|Probe|not tried; V tries from inside",
			"normal|Status|● InService",
			"warn|Seen|2026-11-23 10:00:00 UTC (2h ago), not confirmed since",
		}},
		"overview of one that an index names": {known(func(n *model.Notebook) { n.Indexed = true }), sectionOverview, nil, []string{
			"dim|Probe|not tried; V tries from inside",
			"normal|Status|● InService",
			"warn|Seen|named by an index, as of 0s ago; nobody has looked",
		}},
		"overview of one that is tried": {known(nil), sectionOverview, probed(probing{running: true, since: uitest.Noon()}), []string{
			"busy|Probe|being tried from inside since 12:00:00 UTC",
			"normal|Status|● InService",
		}},
		"overview of one that was tried": {known(nil), sectionOverview, probed(probing{found: found}), []string{
			"drawn|Probe            pypi ✓ 12 ms  conda ✓ 24 ms  github ✗ timeout  codeartifact ✓ 48 ms  s3 ✓ 60 ms  sts ✓ 72 ms  sagemaker.api ✓ 84 ms  sagemaker.runtime ✓ 96 ms  ecr ✓ 108 ms  logs ✓ 120 ms",
			"dim|tried 2026-11-23 11:59:00 UTC (1m ago)",
			"warn|▲ judged otherwise: pypi as blocked, conda as blocked, codeartifact as blocked, s3 as blocked, sts as blocked, sagemaker.api as blocked, sagemaker.runtime as blocked, ecr as blocked, logs as blocked; Network shows both",
			"normal|Status|● InService",
		}},
		"overview of one that could not be tried": {known(nil), sectionOverview, probed(probing{problem: &model.Problem{Message: "denied"}}), []string{
			"unknown|Probe|? could not be tried: denied",
			"normal|Status|● InService",
		}},
		"overview of one that is stopped": {known(func(n *model.Notebook) { n.Status = model.StatusStopped }), sectionOverview, nil, []string{
			"dim|Probe|not tried: it can be while the notebook is in service",
			"dim|Status|○ Stopped",
		}},
		"findings": {known(nil), sectionFindings, nil, []string{
			"normal|Policy|connect",
			"bad|✗ high: direct internet off; isolated",
			"normal|Follows|Conformity: VPC-only notebook reach, AWS: VPC notebook internet access",
			"normal|Recreate breaks|SageMaker.1, sagemaker-notebook-no-direct-internet-access, SageMaker-004, sagemaker_notebook_instance_without_direct_internet_access_configured",
			"header|What to do: c copies the commands marked ▌",
			"drawn|▌ 1  Let tcp/443 out in security group sg-0377aa",
			"dim|free · no recreate · nobody else affected",
			"normal|No group of the notebook lets tcp/443 out to the internet. The rule holds for everything else in the group too.",
			"drawn|$ aws ec2 authorize-security-group-egress --region eu-west-1 --group-id sg-0377aa",
			"drawn|    --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]'",
			"drawn|  2  Route subnet subnet-044c1de2f3a to NAT gateway nat-0b1c2d3e4f",
			"dim|$36.50 a month · no recreate · 1 affected, none worse",
			"normal|The route holds for every machine in the subnet.",
			"drawn|→ subnet subnet-0b private-b: isolated, then NAT",
			"drawn|$ aws ec2 create-route-table --vpc-id vpc-0312ab34cd56ef7890 --region eu-west-1",
			"drawn|$ aws ec2 create-route --region eu-west-1 --route-table-id rtb-05d4c3b2a1908f7e6",
			"drawn|    --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-0b1c2d3e4f",
			"drawn|  3  Recreate the notebook with direct internet on",
			"dim|cost not known · recreate · nobody else affected · breaks SageMaker.1 (high) and 3 more controls",
			"normal|A notebook's setting cannot be changed: this makes a second one beside it. Copy and check the data, then retire the old one yourself; deleting it loses its volume for good.",
			"drawn|$ aws sagemaker create-notebook-instance --region eu-west-1 --notebook-instance-name",
			"drawn|    churn-net --instance-type ml.t3.medium --platform-identifier notebook-al2023-v1",
			"drawn|    --volume-size-in-gb 20 --instance-metadata-service-configuration",
			"drawn|    MinimumInstanceMetadataServiceVersion=2 --role-arn",
			"drawn|    arn:aws:iam::111122223333:role/service-role/SageMakerExecution --root-access Enabled",
			"drawn|    --subnet-id subnet-044c1de2f3a --security-group-ids sg-0377aa --direct-internet-access",
			"drawn|    Enabled --ip-address-type ipv4 --tags",
			"drawn|    '[{\"Key\":\"Owner\",\"Value\":\"ana\"},{\"Key\":\"Team\",\"Value\":\"growth\"}]'",
			"drawn|$ aws sagemaker wait notebook-instance-in-service --region eu-west-1",
			"drawn|    --notebook-instance-name churn-net",
			"header|The checks, each a link to its page",
			"normal|Conformity: VPC-only notebook reach",
			"dim|  Trend Cloud One Conformity: a notebook in VPC only mode can access required resources",
			"normal|AWS: VPC notebook internet access",
			"dim|  SageMaker guide: connect a notebook instance in a VPC to external resources",
			"normal|SageMaker.1",
			"dim|  Security Hub: notebook instances should not have direct internet access (high)",
			"normal|sagemaker-notebook-no-direct-internet-access",
			"dim|  AWS Config rule: no direct internet access",
			"normal|SageMaker-004",
			"dim|  Trend Cloud One Conformity: disable direct internet access for notebook instances (medium)",
			"normal|sagemaker_notebook_instance_without_direct_internet_access_configured",
			"dim|  Prowler: notebook instances have no direct internet access (high)",
		}},
		"findings on their way": {pending, sectionFindings, nil, []string{
			"normal|Policy|connect",
			"dim|Findings|not judged yet; r reads the network",
		}},
		"findings while a scan runs": {pending, sectionFindings, func(d *detail) { d.world.Scan.Running = true }, []string{
			"normal|Policy|connect",
			"dim|Findings|… on its way",
		}},
		"findings of a report": {known(nil), sectionFindings, func(d *detail) {
			d.world.Policy = policy.Table{Default: model.PolicyReport}
			d.world.Lens.Findings = d.world.Policy.Findings
		}, []string{
			"normal|Policy|report",
			"normal|Findings|none: this policy reports facts and finds nothing",
		}},
		"findings of what is well": {uitest.Notebook(0, "a", uitest.Prod, "eu-west-1", nil), sectionFindings, nil, []string{
			"normal|Policy|connect",
			"normal|Findings|none under this policy",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := pageOf(c.notebook, c.section, c.change)
			got := uitest.Told(d.document(), d.theme)
			switch kind, _, _ := strings.Cut(name, " "); kind { // the rest is the same in all of them
			case "overview":
				got = got[slices.IndexFunc(got, func(s string) bool { return strings.HasPrefix(s, "drawn|Reaches") })+1 : slices.Index(got, "header|Network")]
			case "repositories":
				got = got[slices.Index(got, "header|Start")+2:]
			}
			if diff := uitest.Differ(got, c.want); diff != "" {
				t.Error(diff)
			}
		})
	}
}
