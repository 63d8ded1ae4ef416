package explore

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// vpcRow is a VPC in use, or one of its subnets.
type vpcRow struct {
	account, region string
	vpc, vpcName    string // vpc is "" while it is not known
	subnet, name    string // subnet is "" for a VPC with several
	subnets         int    // in use, where the row is for the whole VPC
	within          bool   // below the row of its VPC

	notebooks int
	verdicts  map[model.Verdict]int
	findings  tally
	endpoints []model.EndpointCoverage
	blind     int             // notebooks whose coverage is not known
	unlike    map[string]bool // services that do not serve every notebook alike
}

// addNotebook counts a notebook in.
func (r *vpcRow) addNotebook(n *model.Notebook, lens model.Lens) {
	r.notebooks++
	v := model.Verdict("")
	if n.Egress == nil || len(n.Egress.Endpoints) == 0 {
		r.blind++
	}
	if n.Egress != nil {
		v = n.Egress.Verdict
		r.addEndpoints(n.Egress.Endpoints)
	}
	if r.verdicts == nil {
		r.verdicts = map[model.Verdict]int{}
	}
	r.verdicts[v]++
	if worst, ok := model.Worst(lens.FindingsOf(n)); ok {
		r.findings[worst.Severity.Rank()]++
	}
}

// addEndpoints merges a coverage into the row's. A service that serves some
// notebooks and others not is covered partly.
func (r *vpcRow) addEndpoints(all []model.EndpointCoverage) {
	for _, c := range all {
		i := slices.IndexFunc(r.endpoints, func(have model.EndpointCoverage) bool { return have.Service == c.Service })
		switch {
		case i < 0:
			r.endpoints = append(r.endpoints, model.EndpointCoverage{Service: c.Service, State: c.State})
		case r.endpoints[i].State != c.State:
			r.endpoints[i].State = model.EndpointPartial
			if r.unlike == nil {
				r.unlike = map[string]bool{}
			}
			r.unlike[c.Service] = true
		}
	}
}

// add merges a subnet's row into its VPC's.
func (r *vpcRow) add(s *vpcRow) {
	r.notebooks += s.notebooks
	if r.verdicts == nil {
		r.verdicts = map[model.Verdict]int{}
	}
	for v, n := range s.verdicts {
		r.verdicts[v] += n
	}
	for i, n := range s.findings {
		r.findings[i] += n
	}
	r.addEndpoints(s.endpoints)
	r.blind += s.blind
	r.subnets++
}

// vpcRows lists every VPC in use with its subnets below it; a VPC with one subnet
// in use is one row. Notebooks without a VPC are not among them.
func vpcRows(rows []*model.Notebook, lens model.Lens) []vpcRow {
	type place struct{ account, region, vpc, subnet string }
	at := map[place]*vpcRow{}
	for _, n := range rows {
		if !n.Described.Known() || n.SubnetID == "" {
			continue
		}
		p := place{n.Account, n.Region, n.VPCID, n.SubnetID}
		r := at[p]
		if r == nil {
			r = &vpcRow{account: n.Account, region: n.Region, vpc: n.VPCID, vpcName: n.VPCName, subnet: n.SubnetID, name: n.SubnetName}
			at[p] = r
		}
		r.addNotebook(n, lens)
	}
	subnets := make([]*vpcRow, 0, len(at))
	for _, r := range at {
		subnets = append(subnets, r)
	}
	slices.SortFunc(subnets, func(a, b *vpcRow) int {
		return cmp.Or(
			cmp.Compare(cmp.Or(lens.Aliases[a.account], a.account), cmp.Or(lens.Aliases[b.account], b.account)),
			cmp.Compare(a.account, b.account), cmp.Compare(a.region, b.region), cmp.Compare(a.vpc, b.vpc), cmp.Compare(a.subnet, b.subnet))
	})
	return underVPCs(subnets)
}

// underVPCs puts a row for the VPC above its subnets, where it has several.
func underVPCs(subnets []*vpcRow) []vpcRow {
	out := make([]vpcRow, 0, len(subnets))
	for i := 0; i < len(subnets); {
		first := subnets[i]
		end := i + 1
		for first.vpc != "" && end < len(subnets) && subnets[end].vpc == first.vpc &&
			subnets[end].account == first.account && subnets[end].region == first.region {
			end++
		}
		if end == i+1 {
			out = append(out, *first)
			i = end
			continue
		}
		whole := vpcRow{account: first.account, region: first.region, vpc: first.vpc, vpcName: first.vpcName}
		for _, s := range subnets[i:end] {
			whole.add(s)
		}
		out = append(out, whole)
		for _, s := range subnets[i:end] {
			below := *s
			below.within = true
			out = append(out, below)
		}
		i = end
	}
	return out
}

// filter finds the notebooks of the row.
func (r *vpcRow) filter() string {
	if r.subnet == "" {
		return "vpc:" + filterValue(r.vpc) + " account:" + filterValue(r.account)
	}
	return "subnet:" + filterValue(r.subnet) + " account:" + filterValue(r.account)
}

// Where is the filter for what has exactly this value of a field, or begins with it.
func Where(field, value string) string { return field + ":" + filterValue(value) }

// filterValue quotes what is not a plain id.
func filterValue(s string) string {
	plain := strings.IndexFunc(s, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-'
	}) < 0
	if plain && s != "" {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// egressWords counts the verdicts, the one that closes most first.
func (r *vpcRow) egressWords(t *theme.Theme) string {
	all := model.Verdicts()
	slices.Reverse(all)
	if i := slices.Index(all, model.VerdictUnknown); i == 0 {
		all = append(all[1:], model.VerdictUnknown)
	}
	words := make([]string, 0, len(r.verdicts))
	for _, v := range all {
		if n := r.verdicts[v]; n > 0 {
			words = append(words, kit.VerdictSign(t, v)+" "+strconv.Itoa(n)+" "+v.Phrase())
		}
	}
	if n := r.verdicts[""]; n > 0 {
		words = append(words, t.Glyphs.Ellipsis+" "+strconv.Itoa(n)+" pending")
	}
	return strings.Join(words, "  ")
}

// worst is the severity of the row's heaviest finding.
func (r *vpcRow) worst() (model.Severity, int) {
	for _, s := range model.Severities() {
		if n := r.findings[s.Rank()]; n > 0 {
			return s, n
		}
	}
	return "", 0
}

// compactService is a column of the matrix: services that are of use only
// together share one.
type compactService struct {
	title string
	ends  []string
}

func compactServices() []compactService {
	return []compactService{
		{"S3", []string{"s3"}},
		{"API", []string{"sagemaker.api"}},
		{"RUN", []string{"sagemaker.runtime"}},
		{"NB", []string{"notebook"}},
		{"STS", []string{"sts"}},
		{"LOG", []string{"logs"}},
		{"KMS", []string{"kms"}},
		{"ECR", []string{"ecr.api", "ecr.dkr"}},
		{"SEC", []string{"secretsmanager"}},
		{"GIT", []string{"codecommit", "git-codecommit"}},
	}
}

func matrixTitle() string {
	var b strings.Builder
	for i, c := range compactServices() {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(c.title)
	}
	return b.String()
}

// matrix is the coverage with a sign below each title.
func (r *vpcRow) matrix(t *theme.Theme) string {
	none := t.Glyphs.Unknown
	if r.verdicts[""] == r.notebooks {
		none = t.Glyphs.Ellipsis
	}
	var b strings.Builder
	for i, c := range compactServices() {
		if i > 0 {
			b.WriteByte(' ')
		}
		sign := none
		if s, ok := r.state(c.ends); ok {
			sign, _ = endpointSign(t, s)
		}
		b.WriteString(text.FitWith(sign, text.Width(c.title), t.Glyphs.Ellipsis))
	}
	return b.String()
}

// coverage is what the endpoints give, with what is not known of some notebooks
// taken into account.
func (r *vpcRow) coverage() []model.EndpointCoverage {
	if r.blind == 0 {
		return r.endpoints
	}
	out := slices.Clone(r.endpoints)
	for i := range out {
		switch out[i].State {
		case model.EndpointCovered:
			out[i].State = model.EndpointPartial
		case model.EndpointMissing:
			out[i].State = model.EndpointUnknown
		case model.EndpointPartial, model.EndpointBlocked, model.EndpointUnknown:
		}
	}
	return out
}

// state is that of several services together.
func (r *vpcRow) state(ends []string) (model.EndpointState, bool) {
	var out model.EndpointState
	for _, c := range r.coverage() {
		switch {
		case !slices.Contains(ends, c.Service):
		case out == "" || out == c.State:
			out = c.State
		default:
			out = model.EndpointPartial
		}
	}
	return out, out != ""
}
