package egress

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// need is a service of AWS that a destination stands for, with what has to be
// allowed of it.
type need struct {
	service string // as the end of the endpoint service's name
	request
}

// destination is one place that notebooks need: hosts on the internet, or services
// of AWS, all of them. The parts of ECR and CodeArtifact are documented by their guides
// to VPC endpoints. The layers of images lie in a bucket of ECR's own, packages for
// Python in CodeArtifact itself.
type destination struct {
	name  string
	hosts []string
	needs []need
}

func destinations(region, partition string) []destination {
	aws := func(name string, needs ...need) destination { return destination{name: name, needs: needs} }
	net := func(name string) destination { return destination{name: name, hosts: model.Hosts(name)} }
	whole := func(prefix, service string) need { return need{service, request{prefix: prefix}} }
	layers := "arn:" + partition + ":s3:::prod-" + region + "-starport-layer-bucket/*"
	return []destination{
		net(model.DestinationPyPI), net(model.DestinationConda), net(model.DestinationGitHub),
		aws(model.DestinationCodeArtifact, whole("codeartifact", "codeartifact.api"), whole("codeartifact", "codeartifact.repositories")),
		aws(model.DestinationS3, whole("s3", "s3")),
		aws(model.DestinationSTS, whole("sts", "sts")),
		aws(model.DestinationSageMaker, need{"sagemaker.api", wholeOf("sagemaker.api")}),
		aws(model.DestinationRuntime, need{"sagemaker.runtime", request{prefix: "sagemaker", action: "sagemaker:InvokeEndpoint"}}),
		aws(model.DestinationECR, whole("ecr", "ecr.api"), whole("ecr", "ecr.dkr"),
			need{"s3", request{prefix: "s3", action: "s3:GetObject", resource: layers}}),
		aws(model.DestinationLogs, whole("logs", "logs")),
	}
}

// Survey judges the notebooks of a target: whether and how each reaches the internet,
// and which destinations. Notebooks that the network and the policies of its endpoints
// treat alike are judged once: a judgement by a table of hundreds of routes takes
// milliseconds, and a subnet may hold thousands of notebooks. It is used by one
// goroutine.
type Survey struct {
	index  *Index // nil: there are no facts
	own    []model.Destination
	known  map[string]*model.Egress
	judged int // counts judgements, for a test
}

// NewSurvey takes the facts of a target and the user's own destinations.
func NewSurvey(ix *Index, own []model.Destination) *Survey {
	return &Survey{index: ix, own: own, known: map[string]*model.Egress{}}
}

// Of judges a notebook, with an answer for every destination, in the order of
// model.Destinations, the user's own behind them. The judgement is shared by notebooks
// that are alike and must not be changed.
func (s *Survey) Of(n *model.Notebook) *model.Egress {
	key := ""
	switch {
	case n == nil || !n.Described.Known():
	case n.SubnetID == "":
		key = fmt.Sprint(n.Region, partitionOf(n), n.DirectInternet, n.IPAddressType)
	case s.index != nil:
		key = s.index.keyOf(n)
	}
	if known, ok := s.known[key]; ok {
		return known
	}
	s.judged++
	out := Judge(s.index, n)
	out.Reach = s.reach(n)
	if key != "" {
		s.known[key] = &out
	}
	return &out
}

func (s *Survey) reach(n *model.Notebook) []model.Reach {
	v := newVisit(s.index, n)
	all := destinations(v.region, v.partition)
	out := make([]model.Reach, 0, len(all)+len(s.own))
	for _, d := range all {
		out = append(out, named(d.name, v.to(&d)))
	}
	for _, d := range s.own {
		out = append(out, named(d.Name, v.toOwn(d)))
	}
	return out
}

func named(name string, r model.Reach) model.Reach {
	r.Destination = name
	return r
}

// The answers, without the destination that they are for.

func reachedBy(by string) model.Reach { return model.Reach{State: model.Reached, By: by} }
func blockedBy(by, why string) model.Reach {
	return model.Reach{State: model.ReachBlocked, By: by, Why: why}
}
func dependsOn(why, by string) model.Reach {
	return model.Reach{State: model.ReachDepends, By: by, Why: why}
}
func notKnown(why string) model.Reach { return model.Reach{State: model.ReachUnknown, Why: why} }

// all is the answer where each of several things is needed: what is closed decides,
// then what is not known.
func all(parts ...model.Reach) model.Reach {
	weight := func(r model.Reach) int {
		return slices.Index([]model.ReachState{model.ReachBlocked, model.ReachUnknown, model.ReachDepends, model.Reached}, r.State)
	}
	worst := slices.MinFunc(parts, func(a, b model.Reach) int { return cmp.Compare(weight(a), weight(b)) })
	if worst.State == model.ReachBlocked || worst.State == model.ReachUnknown {
		return worst
	}
	var by, why []string
	for _, p := range parts {
		if p.State == worst.State {
			by, why = append(by, p.By), append(why, p.Why)
		}
	}
	sep := "; "
	if worst.State == model.ReachDepends {
		sep = "; and on "
	}
	worst.By, worst.Why = listed(by, ", "), listed(why, sep)
	return worst
}

// listed joins what there is, each once, in its order.
func listed(words []string, sep string) string {
	var out []string
	for _, w := range words {
		if w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return strings.Join(out, sep)
}

// byDirect is the way through SageMaker's own network.
const byDirect = "direct internet"
