package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/policy"
)

// kinds of values in the schema.
const (
	kindString  = "string"
	kindNumber  = "number"
	kindBool    = "bool"
	kindStrings = "strings"
	kindMap     = "map of strings"
	kindObjects = "objects"
	kindObject  = "object"

	kindNumberOrNull = "number or null"
)

// contract lists every member that the JSON may have, by object; those with an
// exclamation mark are always there.
func contract() map[string]map[string]string {
	return map[string]map[string]string{
		"": {
			"schema!": kindNumber, "generatedAt!": kindString, "policy!": kindString, "filter!": kindString,
			"identities!": kindObjects, "coverage!": kindObject, "notebooks!": kindObjects,
		},
		"identities": {"account!": kindString, "alias": kindString, "arn!": kindString, "profile": kindString, "profiles": kindStrings},
		"coverage": {
			"targets!": kindNumber, "answered!": kindNumber, "failed!": kindObjects,
			"believed!": kindNumber, "index": kindObject, "pending!": kindNumber, "unseen!": kindNumber, "complete!": kindBool, "signIns!": kindObjects,
		},
		"index": {
			"region": kindString, "asked!": kindString, "named!": kindNumber, "missed!": kindNumber, "gone!": kindNumber, "reported": kindString, "says!": kindString,
		},
		"failed": {
			"account!": kindString, "region!": kindString, "state!": kindString, "kind": kindString, "message": kindString, "hint": kindString,
		},
		"signIns": {"profile": kindString, "kind!": kindString, "message!": kindString, "hint": kindString},
		"notebooks": {
			"arn!": kindString, "name!": kindString, "account!": kindString, "region!": kindString, "status": kindString, "source!": kindString, "capturedAt": kindString,
			"instanceType": kindString, "networkMode": kindString, "directInternetAccess": kindString, "vpcId": kindString,
			"subnetId": kindString, "securityGroups": kindStrings, "roleArn": kindString, "kmsKeyId": kindString,
			"lifecycleConfig": kindString, "platform": kindString, "rootAccess": kindString, "imdsVersion": kindString,
			"ipAddressType": kindString, "volumeGB": kindNumber, "codeRepositories": kindStrings, "url": kindString,
			"created": kindString, "modified": kindString, "failureReason": kindString, "tags": kindMap, "stale": kindBool, "unknown": kindMap,
			"policy": kindString, "egress": kindObject, "findings": kindObjects, "remedies": kindObjects, "reach": kindObjects,
		},
		"egress": {
			"verdict!": kindString, "reason!": kindString, "chain!": kindObjects, "warnings": kindStrings,
			"ipv6": kindObject, "endpoints": kindObjects, "whatIf": kindObject, "noRemedy": kindStrings,
		},
		"ipv6":      {"verdict!": kindString, "reason!": kindString, "chain!": kindObjects},
		"chain":     {"kind!": kindString, "id": kindString, "name": kindString, "says!": kindString, "state!": kindString},
		"endpoints": {"service!": kindString, "state!": kindString, "id": kindString, "why": kindString},
		"whatIf":    {"directInternetAccess!": kindString, "verdict!": kindString, "reason!": kindString, "loses": kindStrings},
		"findings": {
			"code!": kindString, "severity!": kindString, "phrase!": kindString, "mitigated": kindBool,
			"controls!": kindStrings, "breaks!": kindStrings,
		},
		"remedies": {
			"title!": kindString, "why!": kindString, "recreates!": kindBool, "monthlyUSD!": kindNumberOrNull, "cost!": kindString,
			"commands!": kindStrings, "after!": kindObject, "affects!": kindObjects,
		},
		"reach":   {"destination!": kindString, "state!": kindString, "by": kindString, "why": kindString},
		"after":   {"verdict!": kindString},
		"affects": {"what!": kindString, "before!": kindString, "after!": kindString, "worse": kindBool},
	}
}

func kindOf(v any) string {
	switch v := v.(type) {
	case string:
		return kindString
	case float64:
		return kindNumber
	case bool:
		return kindBool
	case map[string]any:
		return kindObject
	case []any:
		if len(v) > 0 && kindOf(v[0]) == kindString {
			return kindStrings
		}
		return kindObjects
	}
	return fmt.Sprintf("%T", v)
}

// checkObject compares an object, and those in it, with the contract.
func checkObject(t *testing.T, name string, object map[string]any) {
	t.Helper()
	checkMembers(t, contract(), name, object)
}

// checkMembers compares an object, and those in it, with a contract.
func checkMembers(t *testing.T, all map[string]map[string]string, name string, object map[string]any) {
	t.Helper()
	members := all[name]
	for member := range members {
		if must, ok := strings.CutSuffix(member, "!"); ok {
			if _, there := object[must]; !there {
				t.Errorf("%q lacks %s", name, must)
			}
		}
	}
	for member, v := range object {
		want, ok := members[member+"!"]
		if !ok {
			want, ok = members[member]
		}
		got := kindOf(v)
		if list, empty := v.([]any); empty && len(list) == 0 && want == kindStrings {
			got = kindStrings
		}
		if want == kindNumberOrNull && (v == nil || got == kindNumber) {
			got = want
		}
		if want == kindMap && got == kindObject {
			got = kindMap
			for k, text := range v.(map[string]any) {
				if kindOf(text) != kindString {
					t.Errorf("%s.%s is not a string", member, k)
				}
			}
		}
		if !ok || got != want {
			t.Errorf("%q has a member %s of kind %s, the contract says %q", name, member, got, want)
		}
		switch inner := v.(type) {
		case []any:
			for _, item := range inner {
				if o, isObject := item.(map[string]any); isObject {
					checkMembers(t, all, member, o)
				}
			}
		case map[string]any:
			if want == kindObject {
				checkMembers(t, all, member, inner)
			}
		}
	}
}

func decode(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatalf("decode: %v\n%s", err, data)
	}
	return out
}

func TestJSONKeepsTheContract(t *testing.T) {
	for says, v := range map[string]View{"a full view": testView(), "an empty view": {GeneratedAt: testNow()}} {
		t.Run(says, func(t *testing.T) { checkObject(t, "", decode(t, written(t, JSON, v, 0))) })
	}
	seen := map[string]bool{}
	for _, n := range decode(t, written(t, JSON, testView(), 0))["notebooks"].([]any) {
		for member := range n.(map[string]any) {
			seen[member] = true
		}
	}
	for member := range contract()["notebooks"] {
		if member = strings.TrimSuffix(member, "!"); !seen[member] {
			t.Errorf("no notebook of the test shows %s", member)
		}
	}
}

func TestJSONOfWhatIsNotKnownIsAbsentAndNamed(t *testing.T) {
	notebooks := decode(t, written(t, JSON, testView(), 0))["notebooks"].([]any)
	for i, n := range notebooks {
		object := n.(map[string]any)
		unknown, _ := object["unknown"].(map[string]any)
		for member, reason := range unknown {
			if _, ok := object[member]; ok {
				t.Errorf("notebook %d has %s and says that it is not known", i, member)
			}
			if reason == "" {
				t.Errorf("notebook %d does not say why %s is not known", i, member)
			}
			if _, ok := contract()["notebooks"][member]; !ok {
				t.Errorf("notebook %d does not know %s, which is no member", i, member)
			}
		}
	}
	if n := notebooks[1].(map[string]any); len(n["unknown"].(map[string]any)) != 16 || n["tags"] != nil || n["networkMode"] != nil {
		t.Errorf("the refused notebook is %v", n)
	}
	n := notebooks[2].(map[string]any)
	for _, member := range []string{"unknown", "vpcId", "subnetId", "securityGroups", "lifecycleConfig", "kmsKeyId"} {
		if _, ok := n[member]; ok {
			t.Errorf("the notebook without a VPC has %s", member)
		}
	}
	if tags, ok := n["tags"].(map[string]any); !ok || len(tags) != 0 || n["networkMode"] != "no-vpc" {
		t.Errorf("the notebook without a VPC or tags is %v", n)
	}
}

func TestJSONValues(t *testing.T) {
	got := decode(t, written(t, JSON, testView(), 0))
	if got["generatedAt"] != "2026-11-23T12:00:00Z" || got["policy"] != "connect" || got["schema"] != 1.0 || got["filter"] != testView().Filter {
		t.Errorf("the head is %v %v %v %v", got["generatedAt"], got["policy"], got["schema"], got["filter"])
	}
	v := testView()
	v.Policy, v.Coverage = policy.Table{Default: model.PolicyReport}, model.Coverage{Targets: 1, Answered: 1}
	got = decode(t, written(t, JSON, v, 0))
	if got["policy"] != "report" || got["coverage"].(map[string]any)["complete"] != true {
		t.Errorf("policy %v, coverage %v", got["policy"], got["coverage"])
	}
	for mode, want := range map[string]*model.Notebook{"vpc-only": full(), "vpc-direct": with(func(n *model.Notebook) { n.DirectInternet = model.Enabled })} {
		if one := shown(t, want, policy.Table{}); one["networkMode"] != mode {
			t.Errorf("the network mode of %v is not %s", one["networkMode"], mode)
		}
	}
}

func with(change func(n *model.Notebook)) *model.Notebook {
	n := full()
	change(n)
	return n
}

func TestJSONIsReadBackAsItWasWritten(t *testing.T) {
	for says, v := range map[string]View{"plain": testView(), "hostile": hostileView()} {
		t.Run(says, func(t *testing.T) {
			first := written(t, JSON, v, 0)
			back := decode(t, first)
			var second bytes.Buffer
			if err := encode(&second, back); err != nil {
				t.Fatal(err)
			}
			if again := decode(t, second.Bytes()); !reflect.DeepEqual(back, again) {
				t.Errorf("written again it is\n%s\nwas\n%s", second.Bytes(), first)
			}
			tag := v.Notebooks[0].Tags[0]
			if got := back["notebooks"].([]any)[0].(map[string]any)["tags"].(map[string]any)[tag.Key]; got != tag.Value {
				t.Errorf("the tag %q became %q", tag.Value, got)
			}
		})
	}
}

// shown is the JSON of one notebook.
func shown(t *testing.T, n *model.Notebook, p policy.Table) map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := Show(&out, n, testView().Lens, p, JSON); err != nil {
		t.Fatal(err)
	}
	return decode(t, out.Bytes())
}

func TestOneNotebookIsTheSameObjectAsInTheList(t *testing.T) {
	list := decode(t, written(t, JSON, testView(), 0))["notebooks"].([]any)
	for i, n := range testView().Notebooks {
		if alone := shown(t, n, policy.Table{}); !reflect.DeepEqual(alone, list[i]) {
			t.Errorf("alone %v, in the list %v", alone, list[i])
		}
	}
}

// TestJSONOfWhatOnlyAnIndexNames has the name and the place, and says of the rest that
// nobody has looked.
func TestJSONOfWhatOnlyAnIndexNames(t *testing.T) {
	n := &model.Notebook{
		ARN: "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/x", Name: "x", Account: "111122223333", Region: "eu-west-1",
		Indexed: true, SeenAt: testNow(),
	}
	v := testView()
	v.Notebooks = []*model.Notebook{n}
	view := decode(t, written(t, JSON, v, 0))
	checkObject(t, "", view)
	got := view["notebooks"].([]any)[0].(map[string]any)
	if got["source"] != "index" || got["capturedAt"] != model.Stamp(testNow()) || got["name"] != "x" || got["status"] != nil || got["instanceType"] != nil {
		t.Errorf("it is %v", got)
	}
	unknown := got["unknown"].(map[string]any)
	for _, member := range []string{"status", "instanceType", "created", "vpcId", "tags", "egress"} {
		if unknown[member] == nil {
			t.Errorf("it does not say why %s is not known: %v", member, unknown)
		}
	}
	for _, member := range []string{"arn", "name", "account", "region", "source", "capturedAt", "stale"} {
		if unknown[member] != nil {
			t.Errorf("it says that %s is not known", member)
		}
	}
}
