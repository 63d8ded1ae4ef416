package transfer

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"nbscope/model/manifest"
)

// TestTheScriptIsForTheOldestNotebook holds the script against what Amazon Linux 2 has
// not: python is 3.7 there and tar 1.26. That python takes its syntax is tested where
// there is one, in .ci/e2e.
func TestTheScriptIsForTheOldestNotebook(t *testing.T) {
	t.Parallel()
	script := Script()
	for _, part := range []string{"class Work:", "class Manifest:", "class Send(End):", "class Receive(End):", "class Place:", `if __name__ == "__main__":`} {
		if strings.Count(script, part) != 1 {
			t.Errorf("%s is not there once", part)
		}
	}
	for newer, since := range map[string]string{
		`--sort=`: "tar 1.28", `--verbatim-files-from`: "tar 1.29", `--skip-old-files`: "tar 1.27", `--hole-detection`: "tar 1.29", `--one-top-level`: "tar 1.28", `--warning=`: "a matter of versions",
		`:=`: "python 3.8", `=}`: "python 3.8", `removeprefix|removesuffix`: "python 3.9", `math\.prod|shlex\.join|cached_property`: "python 3.8",
		`missing_ok|dirs_exist_ok`: "python 3.8", `\bmatch [a-z_]+:`: "python 3.10", `\bdef [a-z_]+\([^)]*, /`: "python 3.8", `randbytes|pidfd_open|posix_spawnp?\(`: "python 3.8 or 3.9",
		`usedforsecurity|file_digest`: "python 3.9 or 3.11", `parameter_groups|\blist\[|\bdict\[|\btuple\[`: "python 3.9", `f_fsid`: "python 3.7 lacks it in some",
		`shell=True|os\.system|eval\(|exec\(`: "never: nothing of ours goes through a shell",
	} {
		if at := regexp.MustCompile(newer).FindString(script); at != "" {
			t.Errorf("%q is in the script: %s", at, since)
		}
	}
	// What tar 1.26 may lack is asked for first.
	for line := range strings.SplitSeq(script, "\n") {
		for _, option := range []string{"--xattrs", "--acls", "--xattrs-include"} {
			if strings.Contains(line, option) && !strings.Contains(line, "tar_knows(") {
				t.Errorf("%s is used unasked: %s", option, line)
			}
		}
	}
}

func TestCommandsAreQuoted(t *testing.T) {
	t.Parallel()
	got := Send.Command("/home/ec2-user/Sage Maker's/nbscope-1", true)
	want := `sudo -n python3 -I -S '/home/ec2-user/Sage Maker'\''s/nbscope-1/notebook.py' send '/home/ec2-user/Sage Maker'\''s/nbscope-1/send.json'`
	if got != want {
		t.Errorf("%s", got)
	}
	if got := Clean.Command("/w", false); strings.Contains(got, "sudo") || !strings.HasSuffix(got, "clean /w/clean.json") {
		t.Errorf("%s", got)
	}
	for _, v := range []Verb{Survey, MakeManifest, Exchange, Send, Receive, Place, Clean} {
		if !strings.Contains(Script(), `"`+string(v)+`"`) {
			t.Errorf("the script does not know %s", v)
		}
	}
}

func TestAStatusIsOfWhatWasAsked(t *testing.T) {
	t.Parallel()
	const good = `{"v":1,"verb":"receive","run":"r","stream":"2","state":"running","fed":3,"bad":{"4":2},"again":{"5":{"again":"HTTP 403","try":1}},"full":123}`
	s, err := ReadStatus([]byte(good), "r", Receive)
	if err != nil || s.Fed != 3 || s.Bad[4] != 2 || s.Again[5].Again != "HTTP 403" || s.Full == nil || *s.Full != 123 || s.Stream != "2" {
		t.Errorf("%+v, %v", s, err)
	}
	for name, c := range map[string]struct {
		raw, run string
		verb     Verb
	}{
		"nothing":          {"", "r", Receive},
		"half of it":       {good[:40], "r", Receive},
		"a sign-in page":   {"<html>", "r", Receive},
		"an object":        {"{}", "r", Receive},
		"another run":      {good, "other", Receive},
		"another verb":     {good, "r", Send},
		"a later version":  {strings.Replace(good, `"v":1`, `"v":2`, 1), "r", Receive},
		"a number as text": {strings.Replace(good, `"fed":3`, `"fed":"3"`, 1), "r", Receive},
	} {
		if s, err := ReadStatus([]byte(c.raw), c.run, c.verb); err == nil {
			t.Errorf("%s is taken for a status: %+v", name, s)
		}
	}
}

func TestParametersAreWhatTheScriptReads(t *testing.T) {
	t.Parallel()
	p := Parameters{
		Root: "/r", Work: WorkFolder("1"), Run: "1", Rules: Rules("1"), Detach: true, Idle: 1, Request: "q", Side: manifest.Source, Cold: true,
		Out: "o", Of: StageDir, Stream: "1", Part: 1, Window: 1, URLs: true, Streams: 1, List: "l", Changes: "c", Patience: 1, Order: &Order{Method: "PUT"}, Text: "t",
	}
	raw, err := p.File()
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(raw, &members); err != nil {
		t.Fatal(err)
	}
	for name := range members {
		if !strings.Contains(Script(), `"`+name+`"`) {
			t.Errorf("the script does not read %s", name)
		}
	}
	if len(members) != 21 {
		t.Errorf("%d members are set, of all", len(members))
	}
	part := Part{N: 7, Size: 10, SHA256: "ab"}
	if ComeFile("2", &part) != "2/parts/p0000007-10-ab" || CutFile("2", 7) != "2/parts/p0000007" ||
		AckFile("2") != "2/ack" || LastFile("2") != "2/last" || string(Number(7)) != "7\n" {
		t.Error("a path of a stream is another one")
	}
}
