//go:build linux

package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// floodTargets is how many targets answer with too much, more than are asked at a time.
const floodTargets = 200

// floods are answers to every list, from a server that means no good or is none of
// AWS's: more than nbscope takes, or as much as it just takes.
func floods() map[string]func(http.ResponseWriter) {
	body := func(text string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { _, _ = io.WriteString(w, text) }
	}
	const open = `{"NotebookInstances":[],"more":`
	return map[string]func(http.ResponseWriter){
		"15 MB that are taken":    body(open + `"` + strings.Repeat("x", 15<<20) + `"}`),
		"1 GB":                    func(w http.ResponseWriter) { gigabyte(w, open+`"`, `"}`) },
		"1 GB, compressed":        compressed(open+`"`, `"}`),
		"1 GB of a refusal":       refusal,
		"5 million empty records": body(`{"NotebookInstances":[{}` + strings.Repeat(",{}", 5<<20) + `]}`),
		"7 million brackets":      body(open + strings.Repeat("[", 7<<20) + strings.Repeat("]", 7<<20) + "}"),
		"headers of 250 KB":       tinyHeaders,
	}
}

func gigabyte(w io.Writer, head, tail string) {
	megabyte := strings.Repeat("x", 1<<20)
	_, err := io.WriteString(w, head)
	for i := 0; i < 1024 && err == nil; i++ {
		_, err = io.WriteString(w, megabyte)
	}
	_, _ = io.WriteString(w, tail)
}

func compressed(head, tail string) func(http.ResponseWriter) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	gigabyte(z, head, tail)
	_ = z.Close()
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	}
}

func refusal(w http.ResponseWriter) {
	w.WriteHeader(http.StatusBadRequest)
	gigabyte(w, `{"__type":"ValidationException","message":"`, `"}`)
}

// tinyHeaders are as many headers as there is room for: short ones take most memory.
func tinyHeaders(w http.ResponseWriter) {
	for i := range 30_000 {
		w.Header()[fmt.Sprintf("A%x", i)] = []string{""}
	}
}

func floodServer(answer func(http.ResponseWriter)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		switch {
		case strings.Contains(string(raw), "Action=GetCallerIdentity"):
			fmt.Fprint(w, "<R><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/ana</Arn><UserId>A</UserId><Account>111122223333</Account></GetCallerIdentityResult></R>")
		case strings.Contains(string(raw), "Action=DescribeRegions"):
			fmt.Fprint(w, "<R><regionInfo>")
			for i := range floodTargets {
				fmt.Fprintf(w, "<item><regionName>zz-north-%d</regionName><optInStatus>opted-in</optInStatus></item>", i)
			}
			fmt.Fprint(w, "</regionInfo></R>")
		case strings.HasSuffix(r.Header.Get("X-Amz-Target"), "ListNotebookInstances"), strings.HasSuffix(r.Header.Get("X-Amz-Target"), "GetResources"):
			answer(w)
		default:
			w.WriteHeader(http.StatusForbidden)
		}
	})
}

// flood measures the peak of a list in which every target answers with too much.
func flood(bin string, _ bool) ([]row, error) {
	var out []row
	for what, answer := range floods() {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return out, err
		}
		server := &http.Server{Handler: floodServer(answer), ReadHeaderTimeout: time.Minute}
		go func() { _ = server.Serve(listener) }()
		peak, err := floodedPeak(bin, "http://"+listener.Addr().String())
		_ = server.Close()
		if err != nil {
			return out, fmt.Errorf("%s: %w", what, err)
		}
		out = append(out, row{fmt.Sprintf("peak memory, %d targets answer with %s", floodTargets, what), "≤ 300 MB", fmt.Sprintf("%d MB", peak>>10)})
	}
	return out, nil
}

// floodedPeak is the most memory that a list took, in KB.
func floodedPeak(bin, url string) (int, error) {
	home, err := os.MkdirTemp("", "nbscope-bench")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(home) }()
	cmd := exec.Command(bin, "list", "--no-cache", "--endpoint-url", url)
	cmd.Env = append(environment(home, nil), "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=x", "AWS_REGION=us-east-1")
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // 3: not every target answered
	}()
	peak := 0
	for {
		select {
		case <-ended:
			return peak, nil
		case <-time.After(20 * time.Millisecond):
			if now, err := status(cmd.Process.Pid, "VmHWM"); err == nil {
				peak = max(peak, now)
			}
		}
	}
}
