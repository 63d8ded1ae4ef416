package aws

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"nbscope/model"
)

// pageOf is a list of one notebook with this ARN.
func pageOf(arn string) string {
	return `{"NotebookInstances":[{"NotebookInstanceName":"a","NotebookInstanceArn":"` + arn + `","NotebookInstanceStatus":"InService","CreationTime":1.6e9,"LastModifiedTime":1.6e9}]}`
}

func TestFaultsAreRowsWithReasonsAndStopNothingElse(t *testing.T) {
	t.Parallel()
	type fault = func(call) (int, string, bool)
	in := func(op string, f func() (int, string, bool)) fault {
		return func(c call) (int, string, bool) {
			if c.op == op && c.region == "eu-west-1" {
				return f()
			}
			return 0, "", false
		}
	}
	answer := func(code, message string) func() (int, string, bool) {
		return func() (int, string, bool) { return refuse(code, message) }
	}
	raw := func(status int, body string) func() (int, string, bool) {
		return func() (int, string, bool) { return status, body, true }
	}
	for name, c := range map[string]struct {
		fault fault
		state model.TargetState
		kind  model.ProblemKind // "" for none
		warns int
		parts bool // every notebook is there, with a part refused
	}{
		"list denied":                    {in("ListNotebookInstances", answer("AccessDeniedException", "no")), model.StateDenied, model.KindDenied, 0, false},
		"list denied by an SCP":          {in("ListNotebookInstances", answer("AccessDeniedException", "x with an explicit deny in a service control policy")), model.StateDenied, model.KindSCP, 0, false},
		"not known where known":          {in("ListNotebookInstances", answer("UnknownOperationException", "")), model.StateFailed, model.KindNotOffered, 0, false},
		"refused where enabled":          {in("ListNotebookInstances", answer("UnrecognizedClientException", "The security token included in the request is invalid.")), model.StateRefused, model.KindBadCredentials, 0, false},
		"opt in where enabled":           {in("ListNotebookInstances", answer("OptInRequired", "x")), model.StateFailed, model.KindNotEnabled, 0, false},
		"an empty body":                  {in("ListNotebookInstances", raw(200, "")), model.StateFailed, model.KindProtocol, 0, false},
		"a list without itself":          {in("ListNotebookInstances", raw(200, "{}")), model.StateFailed, model.KindProtocol, 0, false},
		"an entry without an ARN":        {in("ListNotebookInstances", raw(200, `{"NotebookInstances":[{"NotebookInstanceName":"nb-0000"}]}`)), model.StateFailed, model.KindProtocol, 0, false},
		"a list of another account":      {in("ListNotebookInstances", raw(200, pageOf("arn:aws:sagemaker:eu-west-1:999988887777:notebook-instance/a"))), model.StateFailed, model.KindProtocol, 0, false},
		"a list of another region":       {in("ListNotebookInstances", raw(200, pageOf("arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/a"))), model.StateFailed, model.KindProtocol, 0, false},
		"a list of another partition":    {in("ListNotebookInstances", raw(200, pageOf("arn:aws-cn:sagemaker:eu-west-1:111122223333:notebook-instance/a"))), model.StateFailed, model.KindProtocol, 0, false},
		"a list of no ARNs":              {in("ListNotebookInstances", raw(200, pageOf("a"))), model.StateFailed, model.KindProtocol, 0, false},
		"a list that repeats itself":     {in("ListNotebookInstances", raw(200, `{"NotebookInstances":[],"NextToken":"again"}`)), model.StateFailed, model.KindProtocol, 0, false},
		"subnets that repeat themselves": {in("DescribeSubnets", raw(200, "<R><subnetSet/><nextToken>again</nextToken></R>")), model.StateOK, "", 1, true},
		"tags that repeat themselves, both ways": {func(c call) (int, string, bool) {
			return 200, `{"ResourceTagMappingList":[],"PaginationToken":"again","Tags":[],"NextToken":"again"}`, (c.op == "GetResources" || c.op == "ListTags") && c.region == "eu-west-1"
		}, model.StateOK, "", 1, true},
		"describes of another account": {func(c call) (int, string, bool) {
			other := stubNotebook{name: fmt.Sprint(c.json["NotebookInstanceName"]), status: "InService", direct: "Enabled"}
			there := c
			there.account = "999988887777"
			return 200, mustJSON(other.describe(there)), c.op == "DescribeNotebookInstance" && c.region == "eu-west-1"
		}, model.StateOK, "", 1, true},
		"a page that is missing": {in("ListNotebookInstances", raw(404, `{"message":"Not Found"}`)), model.StateFailed, model.KindProtocol, 0, false},
		"describes of nothing":   {in("DescribeNotebookInstance", raw(200, "")), model.StateOK, "", 1, true},
		"describes of another":   {in("DescribeNotebookInstance", raw(200, `{"NotebookInstanceName":"other","NotebookInstanceArn":"a","RoleArn":"r","NotebookInstanceStatus":"InService","InstanceType":"ml.t3.medium"}`)), model.StateOK, "", 1, true},
		"describes not found":    {in("DescribeNotebookInstance", raw(404, `{"message":"Not Found"}`)), model.StateOK, "", 1, true},
		"no tags, both ways": {func(c call) (int, string, bool) {
			return 200, "", (c.op == "GetResources" || c.op == "ListTags") && c.region == "eu-west-1"
		}, model.StateOK, "", 1, true},
		"no list of subnets":      {in("DescribeSubnets", raw(200, "<R/>")), model.StateOK, "", 1, true},
		"no list of routes":       {in("DescribeRouteTables", raw(200, "")), model.StateOK, "", 1, true},
		"a table without routes":  {in("DescribeRouteTables", raw(200, "<R><routeTableSet><item><routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><associationSet/></item></routeTableSet></R>")), model.StateOK, "", 1, true},
		"expired":                 {in("ListNotebookInstances", answer("ExpiredTokenException", "x")), model.StateExpired, model.KindExpired, 0, false},
		"garbage":                 {in("ListNotebookInstances", raw(200, "<html>")), model.StateFailed, model.KindProtocol, 0, false},
		"a web page with a fault": {in("ListNotebookInstances", raw(500, "<html>")), model.StateFailed, model.KindProtocol, 0, false},
		"describe denied":         {in("DescribeNotebookInstance", answer("AccessDeniedException", "no")), model.StateOK, "", 1, true},
		"tags denied, both ways":  {func(c call) (int, string, bool) { return either(c, "GetResources", "ListTags") }, model.StateOK, "", 1, true},
		"subnets denied":          {in("DescribeSubnets", func() (int, string, bool) { return refuseEC2("UnauthorizedOperation", "no") }), model.StateOK, "", 1, true},
		"VPCs denied":             {in("DescribeVpcs", func() (int, string, bool) { return refuseEC2("UnauthorizedOperation", "no") }), model.StateOK, "", 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.fill(homeAccount, "eu-west-1", 4)
			s.fill(homeAccount, "us-east-1", 4)
			s.hook = c.fault
			inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
			st := stateOf(inv, homeAccount, "eu-west-1")
			if st.State != c.state || len(st.Warnings) != c.warns {
				t.Errorf("state %q with %d warnings, want %q with %d: %+v", st.State, len(st.Warnings), c.state, c.warns, st)
			}
			if (c.kind == "") != (st.Problem == nil) || st.Problem != nil && st.Problem.Kind != c.kind {
				t.Errorf("problem %+v, want kind %q", st.Problem, c.kind)
			}
			if p := st.Problem; p != nil && p.Kind == model.KindProtocol && (p.Hint == "" || p.Operation != "sagemaker:ListNotebookInstances") {
				t.Errorf("says neither where nor what to look for: %+v", p)
			}
			if (st.Unknown > 0) != c.parts {
				t.Errorf("%d notebooks with an unknown part", st.Unknown)
			}
			if other := stateOf(inv, homeAccount, "us-east-1"); other.State != model.StateOK || other.Notebooks != 4 || other.Unknown != 0 {
				t.Errorf("the other region suffered: %+v", other)
			}
			for _, n := range inv.Rows() {
				if n.Described.State == model.LoadPending || n.Located.State == model.LoadPending || n.Tagged.State == model.LoadPending {
					t.Errorf("left pending: %+v", n)
				}
			}
		})
	}
}

func either(c call, ops ...string) (int, string, bool) {
	for _, op := range ops {
		if c.op == op && c.region == "eu-west-1" {
			return refuse("AccessDeniedException", "no")
		}
	}
	return 0, "", false
}

func TestTagsComeOneByOneWhereTheTaggingServiceDoesNotServe(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func() (int, string, bool){
		"refused": func() (int, string, bool) { return refuse("AccessDeniedException", "no") },
		"of another account": func() (int, string, bool) {
			return 200, `{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:sagemaker:eu-west-1:999988887777:notebook-instance/nb-0000","Tags":[{"Key":"from","Value":"afar"}]}]}`, true
		},
		"repeated": func() (int, string, bool) {
			return 200, `{"ResourceTagMappingList":[],"PaginationToken":"again"}`, true
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.fill(homeAccount, "eu-west-1", 7)
			s.hook = func(c call) (int, string, bool) {
				if c.op == "GetResources" {
					return answer()
				}
				return 0, "", false
			}
			inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
			if got := s.counted()["ListTags"]; got != 7 {
				t.Errorf("%d ListTags, want 7", got)
			}
			for _, n := range inv.Rows() {
				if v, _ := n.Tag("from"); v != "ListTags" {
					t.Errorf("tags %v", n.Tags)
				}
			}
			if st := stateOf(inv, homeAccount, "eu-west-1"); len(st.Warnings) != 0 || st.Unknown != 0 {
				t.Errorf("nothing was lost, and yet: %+v", st)
			}
		})
	}
}

func TestARefusedPageTokenLosesNothingThatWasSeenAndDeclaresNothingGone(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 250)
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	s.hook = func(c call) (int, string, bool) {
		if c.op == "ListNotebookInstances" && c.json["NextToken"] == "100" {
			return refuse("InvalidToken", "the token is not valid")
		}
		return 0, "", false
	}
	once(t, c, inv, model.ScanRequest{Mode: model.Full})
	st := stateOf(inv, homeAccount, "eu-west-1")
	if st.State != model.StateFailed || st.Problem == nil || st.Problem.Code != "InvalidToken" || st.Notebooks != 100 {
		t.Errorf("status %+v", st)
	}
	fresh, stale := 0, 0
	for _, n := range inv.Rows() {
		if n.Stale {
			stale++
		} else if n.Described.Known() && n.Tagged.Known() {
			fresh++
		}
	}
	if fresh != 100 || stale != 150 {
		t.Errorf("%d fresh and %d stale notebooks, want 100 and 150", fresh, stale)
	}
}

func TestAListThatNeverEndsIsGivenUp(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.hook = func(c call) (int, string, bool) {
		return 200, `{"NotebookInstances":[],"NextToken":"same"}`, c.op == "ListNotebookInstances"
	}
	inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
	if st := stateOf(inv, homeAccount, "eu-west-1"); st.State != model.StateFailed || st.Problem.Kind != model.KindProtocol {
		t.Errorf("status %+v", st)
	}
}

// TestANotebookIsGoneOnlyWhereTheListSaysSoToo lets a describe know nothing of a notebook
// that was listed.
func TestANotebookIsGoneOnlyWhereTheListSaysSoToo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code, says string
		again      func(*stub) (int, string, bool) // nil: the list is what it was
		rows       int
		lists      int
		reason     string
	}{
		"deleted in between": {"ValidationException", "RecordNotFound", func(s *stub) (int, string, bool) {
			s.drop(homeAccount, "eu-west-1", 1)
			return 0, "", false
		}, 2, 2, ""},
		"listed again":                 {"ValidationException", "RecordNotFound", nil, 3, 2, "the list, asked again, names it"},
		"the list is refused":          {"ValidationException", "RecordNotFound", func(*stub) (int, string, bool) { return refuse("AccessDeniedException", "no more") }, 3, 2, "no more"},
		"another's words around it":    {"ValidationException", "Proxy rule 7: RecordNotFound in allow list", nil, 3, 1, "Proxy rule 7"},
		"a code that AWS has not":      {"RecordNotFound", "no", nil, 3, 1, "no"},
		"something else was not found": {"ResourceNotFoundException", "RecordNotFound", nil, 3, 1, "RecordNotFound"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.regions = []string{"eu-west-1"}
			s.fill(homeAccount, "eu-west-1", 3)
			var lists atomic.Int64
			s.hook = func(got call) (int, string, bool) {
				switch {
				case got.op == "DescribeNotebookInstance" && got.json["NotebookInstanceName"] == "nb-0001":
					return refuse(c.code, c.says)
				case got.op == "ListNotebookInstances" && lists.Add(1) == 2 && c.again != nil:
					return c.again(s)
				}
				return 0, "", false
			}
			inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
			st := stateOf(inv, homeAccount, "eu-west-1")
			unseen := 0
			if c.reason != "" {
				unseen = 1
				if n := inv.Get("arn:aws:sagemaker:eu-west-1:" + homeAccount + ":notebook-instance/nb-0001"); n == nil || !strings.Contains(n.Described.Reason, c.reason) {
					t.Errorf("got %+v, want the reason %q", n, c.reason)
				}
			}
			if inv.Len() != c.rows || st.State != model.StateOK || st.Notebooks != c.rows || st.Unknown != unseen || len(st.Warnings) != unseen {
				t.Errorf("%d notebooks, %+v", inv.Len(), st)
			}
			if got := int(lists.Load()); got != c.lists {
				t.Errorf("listed %d times, want %d", got, c.lists)
			}
		})
	}
}

// TestAnEntryThatLacksAMemberIsUnseenAlone spoils one of the entries of a page.
func TestAnEntryThatLacksAMemberIsUnseenAlone(t *testing.T) {
	t.Parallel()
	for _, lacks := range []string{"NotebookInstanceStatus", "CreationTime", "LastModifiedTime"} {
		t.Run(lacks, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.regions = []string{"eu-west-1"}
			s.fill(homeAccount, "eu-west-1", 3)
			s.hook = func(got call) (int, string, bool) {
				if got.op != "ListNotebookInstances" {
					return 0, "", false
				}
				var page []any
				for i, n := range s.notebooks[model.Target{Account: homeAccount, Region: "eu-west-1"}] {
					entry := n.summary(got)
					if i == 1 {
						delete(entry, lacks)
					}
					page = append(page, entry)
				}
				return 200, mustJSON(map[string]any{"NotebookInstances": page}), true
			}
			inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
			st := stateOf(inv, homeAccount, "eu-west-1")
			want := "the list does not give " + lacks + " of nb-0001"
			if inv.Len() != 3 || st.State != model.StateOK || st.Unknown != 1 || len(st.Warnings) != 1 || st.Warnings[0].Message != want {
				t.Errorf("%d notebooks, %+v", inv.Len(), st)
			}
			for _, n := range inv.Rows() {
				if isOne := n.Name == "nb-0001"; n.Unseen() != isOne || isOne && n.Described.Reason != want {
					t.Errorf("%s: unseen %v, %+v", n.Name, n.Unseen(), n.Described)
				}
			}
		})
	}
}

func TestATimeThatIsNoNumberIsAnAnswerThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.regions = []string{"eu-west-1"}
	s.hook = func(got call) (int, string, bool) {
		page := pageOf("arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/a")
		return 200, strings.ReplaceAll(page, "1.6e9", `"NaN"`), got.op == "ListNotebookInstances"
	}
	inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
	if st := stateOf(inv, homeAccount, "eu-west-1"); st.State != model.StateFailed || st.Problem.Kind != model.KindProtocol {
		t.Errorf("%+v", st)
	}
}

func TestASubnetThatDoesNotExistFailsOnlyItsNotebook(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 4)
	s.edit(homeAccount, "eu-west-1", 0, func(n *stubNotebook) { n.subnet = "subnet-gone" })
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	n := inv.Get("arn:aws:sagemaker:eu-west-1:" + homeAccount + ":notebook-instance/nb-0000")
	if n.Located.State != model.LoadFailed || n.Located.Reason != reasonNoSubnet {
		t.Errorf("got %+v", n.Located)
	}
	if st := stateOf(inv, homeAccount, "eu-west-1"); st.State != model.StateOK || st.Unknown != 1 {
		t.Errorf("status %+v", st)
	}
	s.counted()
	once(t, c, inv, model.ScanRequest{Mode: model.Incremental})
	if got := s.counted(); got["DescribeSubnets"] != 0 {
		t.Errorf("an answer was asked for again: %v", got)
	}
}

func TestTemporaryFaultsAreRetriedAway(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(call) (int, string, bool){
		"throttle": func(call) (int, string, bool) { return refuse("ThrottlingException", "Rate exceeded") },
		"5xx":      func(call) (int, string, bool) { return 503, `{"__type":"ServiceUnavailable"}`, true },
		"reset": func(c call) (int, string, bool) {
			hang, ok := c.w.(http.Hijacker)
			if !ok {
				return 500, "", true
			}
			if conn, _, err := hang.Hijack(); err == nil {
				_ = conn.Close()
			}
			return 0, "", true
		},
		"cut short": func(c call) (int, string, bool) {
			c.w.Header().Set("Content-Length", "500")
			return 200, `{"Notebook`, true
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.fill(homeAccount, "eu-west-1", 10)
			s.hook = func(c call) (int, string, bool) {
				if c.json != nil && c.nth%5 == 1 {
					return spoil(c)
				}
				return 0, "", false
			}
			inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
			if !inv.Coverage().Complete() || inv.Len() != 10 || inv.Coverage().Unseen != 0 {
				t.Errorf("%d notebooks, coverage %+v, %+v", inv.Len(), inv.Coverage(), stateOf(inv, homeAccount, "eu-west-1"))
			}
			throttles := 0
			for _, st := range inv.Targets() {
				throttles += st.Throttles
			}
			if (name == "throttle") != (throttles > 0) {
				t.Errorf("%d throttles counted", throttles)
			}
		})
	}
}
