package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestConsoleURL(t *testing.T) {
	for _, c := range []struct{ says, partition, region, name, want string }{
		{"the public partition", "aws", "eu-west-1", "a", "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/a"},
		{"China", "aws-cn", "cn-north-1", "a", "https://cn-north-1.console.amazonaws.cn/sagemaker/home?region=cn-north-1#/notebook-instances/a"},
		{"GovCloud", "aws-us-gov", "us-gov-west-1", "a", "https://us-gov-west-1.console.amazonaws-us-gov.com/sagemaker/home?region=us-gov-west-1#/notebook-instances/a"},
		{"the ARN's partition for none", "", "eu-west-1", "a", "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/a"},
		{"a name with marks is escaped", "aws", "eu-west-1", "a/b #?", "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/a%2Fb%20%23%3F"},
		{"no public console", "aws-iso", "us-iso-east-1", "a", ""},
		{"a region that would lead elsewhere", "aws", "evil.example/", "a", ""},
		{"no region", "aws", "", "a", ""},
	} {
		n := &Notebook{Name: c.name, Region: c.region, ARN: "arn:aws:sagemaker:x"}
		if got := ConsoleURL(n, c.partition); got != c.want {
			t.Errorf("%s: %q, want %q", c.says, got, c.want)
		}
	}
	if got := ConsoleURL(&Notebook{Region: "eu-west-1"}, ""); got != "" {
		t.Errorf("without any partition: %q", got)
	}
}

func TestDescribeCommandIsQuotedForAShell(t *testing.T) {
	n := &Notebook{Name: "churn", Region: "eu-west-1"}
	if got, want := DescribeCommand(n, ""), "aws sagemaker describe-notebook-instance --region eu-west-1 --notebook-instance-name churn"; got != want {
		t.Errorf("without a profile: %s", got)
	}
	if got := DescribeCommand(n, "ana's dev"); !strings.HasSuffix(got, ` --profile 'ana'\''s dev'`) {
		t.Errorf("with a profile: %s", got)
	}
}

func TestShellQuoteMakesOneWord(t *testing.T) {
	for word, want := range map[string]string{
		"": "''", "plain-1_./:=@%+,": "plain-1_./:=@%+,", "two words": "'two words'", "it's": `'it'\''s'`, `"$HOME" \`: `'"$HOME" \'`,
		"`id`": "'`id`'", "a;b|c&d": "'a;b|c&d'", "line\nbreak": `"$(printf 'line\012break')"`, "é": "'é'", "*?[x]": "'*?[x]'", "~": "'~'", "!": "'!'",
	} {
		if got := ShellQuote(word); got != want {
			t.Errorf("%q is quoted as %s, want %s", word, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	fields := []string{"name", "account", "region", "status", "vpc", "subnet", "sg", "net"}
	for word, want := range map[string]string{
		"vcp": "vpc", "stauts": "status", "acount": "account", "REGON": "region", "reg": "region", "sub": "subnet",
		"nmae": "name", "xyzzy": "", "": "", "qq": "", strings.Repeat("a", 100): "",
	} {
		if got := Nearest(word, fields); got != want {
			t.Errorf("nearest to %q is %q, want %q", word, got, want)
		}
	}
	if got := Nearest("us-est", []string{"us-west-2", "us-east-1"}); got != "us-east-1" {
		t.Errorf("of two that are as near, the nearest is %q and not the one that begins alike", got)
	}
	if got := Nearest("ab", []string{"ac", "ad"}); got != "ac" {
		t.Errorf("of equals the first wins, got %q", got)
	}
	if got := Nearest("vpc", []string{strings.Repeat("v", 100)}); got != "" {
		t.Errorf("a very long candidate is offered: %q", got)
	}
}

func TestPresetsHaveTheirOwnKeysAndNames(t *testing.T) {
	for i, p := range Presets() {
		if p.Key != rune('1'+i) || p.Name == "" {
			t.Errorf("preset %d is %q on %q", i, p.Name, p.Key)
		}
	}
}

func TestSort(t *testing.T) {
	done := Part{State: LoadDone}
	rows := []*Notebook{
		0: {ARN: "0", Name: "beta", Account: "1", Region: "eu", Status: StatusFailed, VolumeGB: 10, Described: done, Created: testNow()},
		1: {ARN: "1", Name: "Alpha", Account: "1", Region: "us", Status: StatusStopped, Created: testNow().Add(-time.Hour)},
		2: {ARN: "2", Name: "alpha", Account: "1", Region: "eu", Status: StatusStopped, VolumeGB: 9, Described: done},
		3: {ARN: "3", Name: "gamma", Account: "2", Region: "eu", Status: StatusFailed, VolumeGB: 100, Described: done, Created: testNow().Add(-2 * time.Hour)},
		4: {ARN: "5", Name: "gamma", Account: "1", Region: "us", Status: StatusFailed},
		5: {ARN: "4", Name: "gamma", Account: "1", Region: "us", Status: StatusFailed},
		6: {ARN: "4", Name: "gamma", Account: "1", Region: "us", Status: StatusFailed, LifecycleName: "long-name-1"},
		7: {ARN: "7", Name: "zeta", LifecycleName: "long-name-10"},
		8: {ARN: "8", Name: "eta", LifecycleName: "long-name-2"},
	}
	for _, c := range []struct {
		says string
		keys []SortKey
		view []int32
		want []int32
	}{
		{"no key sorts by name", nil, []int32{3, 2, 1, 0}, []int32{1, 2, 0, 3}},
		{"by name, downwards", []SortKey{{FieldName, true}}, []int32{0, 1, 2, 3}, []int32{3, 0, 2, 1}},
		{"ties by account, region and ARN", nil, []int32{3, 4, 5}, []int32{5, 4, 3}},
		{"what is the same in everything keeps its order", nil, []int32{6, 5}, []int32{6, 5}},
		{"what is the same in everything keeps its order, the other way", nil, []int32{5, 6}, []int32{5, 6}},
		{"by number, nothing last", []SortKey{{FieldVolume, false}}, []int32{1, 0, 3, 2}, []int32{2, 0, 3, 1}},
		{"by number downwards, nothing still last", []SortKey{{FieldVolume, true}}, []int32{1, 0, 3, 2}, []int32{3, 0, 2, 1}},
		{"by age, the youngest first", []SortKey{{FieldAge, false}}, []int32{3, 2, 1, 0}, []int32{0, 1, 3, 2}},
		{"by age downwards", []SortKey{{FieldAge, true}}, []int32{0, 1, 2, 3}, []int32{3, 1, 0, 2}},
		{"by two keys", []SortKey{{FieldStatus, false}, {FieldVolume, true}}, []int32{0, 1, 2, 3}, []int32{3, 0, 2, 1}},
		{"texts that differ late", []SortKey{{FieldLifecycle, true}}, []int32{0, 6, 7, 8}, []int32{8, 7, 6, 0}},
		{"a field that does not exist sorts by name", []SortKey{{"none", false}}, []int32{0, 1}, []int32{1, 0}},
		{"only what is in the view", nil, []int32{3, 0}, []int32{0, 3}},
		{"nothing", nil, nil, nil},
	} {
		t.Run(c.says, func(t *testing.T) {
			view := slices.Clone(c.view)
			Sort(rows, view, c.keys, testLens())
			if !slices.Equal(view, c.want) {
				t.Errorf("sorted to %v, want %v", view, c.want)
			}
		})
	}
}

func TestSortAgreesWithCompare(t *testing.T) {
	rows := manyRows(300)
	for _, f := range Fields() {
		view := make([]int32, len(rows))
		for i := range view {
			view[i] = int32(i)
		}
		Sort(rows, view, []SortKey{{Field: f.ID}}, testLens())
		for i := 1; i < len(view); i++ {
			if a, b := rows[view[i-1]], rows[view[i]]; compareField(testLens(), a, b, f.ID) > 0 {
				t.Errorf("by %s, %q stands before %q", f.ID, testLens().Text(a, f.ID), testLens().Text(b, f.ID))
			}
		}
	}
}

func manyRows(size int) []*Notebook {
	r := rand.New(rand.NewPCG(7, 7))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	out := make([]*Notebook, size)
	for i := range out {
		n := known()
		n.Name = fmt.Sprintf("%s-%s-%d", pick("fraud", "Churn", "demand-forecast"), pick("Model", "features", "lab"), r.IntN(size))
		n.Account, n.Region = pick("111122223333", "444455556666"), pick("eu-west-1", "us-east-1", "ap-south-1")
		n.Status, n.VolumeGB = Statuses()[r.IntN(9)], r.IntN(50)
		n.Created = testNow().Add(-time.Duration(r.IntN(1e6)) * time.Minute)
		n.VPCID, n.SubnetID = fmt.Sprintf("vpc-%x", r.IntN(9)), fmt.Sprintf("subnet-%x", r.IntN(40))
		n.Tags = []Tag{{"Owner", pick("ana", "Ben", "")}}
		if r.IntN(5) == 0 {
			n.Described, n.SubnetID, n.VPCID, n.KMSKeyID = Part{}, "", "", ""
		}
		n.ARN = fmt.Sprintf("arn:aws:sagemaker:%s:%s:notebook-instance/%s-%d", n.Region, n.Account, n.Name, i)
		out[i] = n
	}
	return out
}

func BenchmarkSort(b *testing.B) {
	for _, size := range []int{1_000, 10_000, 100_000} {
		rows := manyRows(size)
		shuffled := make([]int32, size)
		for i, at := range rand.New(rand.NewPCG(1, 1)).Perm(size) {
			shuffled[i] = int32(at)
		}
		for _, f := range []FieldID{FieldName, FieldStatus, FieldVPC, FieldAge} {
			b.Run(fmt.Sprintf("%d/%s", size, f), func(b *testing.B) {
				view := make([]int32, size)
				for b.Loop() {
					copy(view, shuffled)
					Sort(rows, view, []SortKey{{Field: f}}, testLens())
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/sort")
			})
		}
	}
}

// BenchmarkResort is what a batch of a running scan costs a sorted list: 100 rows
// changed of so many.
func BenchmarkResort(b *testing.B) {
	for _, size := range []int{1_000, 10_000, 100_000} {
		was := manyRows(size)
		rows := slices.Clone(was)
		for i := range 100 {
			n := *rows[i*size/100]
			rows[i*size/100] = &n
		}
		for _, f := range []FieldID{FieldName, FieldVPC, FieldAge, FieldFinding} {
			keys := []SortKey{{Field: f}}
			order := everyRow(size)
			Sort(was, order, keys, testLens())
			b.Run(fmt.Sprintf("%d/%s", size, f), func(b *testing.B) {
				for b.Loop() {
					Resort(rows, was, order, keys, testLens())
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/resort")
			})
		}
	}
}
