//go:build linux

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// simulator is a running nbscope sim.
type simulator struct {
	cmd *exec.Cmd
	url string
	env []string
}

func startSim(bin string, args ...string) (*simulator, error) {
	cmd := exec.Command(bin, append([]string{"sim", "--listen", "127.0.0.1:0"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &simulator{cmd: cmd}
	export := regexp.MustCompile(`^export ([A-Z_]+)=(.*)$`)
	for lines := bufio.NewScanner(out); len(s.env) < 4 && lines.Scan(); {
		if m := export.FindStringSubmatch(lines.Text()); m != nil {
			value := strings.Trim(m[2], `"'`)
			s.env = append(s.env, m[1]+"="+value)
			if m[1] == "AWS_ENDPOINT_URL" {
				s.url = value
			}
		}
	}
	if s.url == "" {
		s.stop()
		return nil, fmt.Errorf("nbscope sim printed no endpoint")
	}
	return s, nil
}

func (s *simulator) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// calls sums what the simulator was asked.
func (s *simulator) calls() (int, error) {
	resp, err := http.Get(s.url + "/_sim/calls")
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	var counts map[string]struct{ Calls int }
	if err := json.NewDecoder(resp.Body).Decode(&counts); err != nil {
		return 0, err
	}
	total := 0
	for _, c := range counts {
		total += c.Calls
	}
	return total, nil
}

// settled waits until the simulator was not asked anything for two seconds.
func (s *simulator) settled() error {
	last, quiet := -1, 0
	for range 1200 {
		n, err := s.calls()
		if err != nil {
			return err
		}
		if n == last && n > 0 {
			quiet++
		} else {
			quiet = 0
		}
		if quiet == 8 {
			return nil
		}
		last = n
		time.Sleep(250 * time.Millisecond)
	}
	return fmt.Errorf("the scan did not end in 5 minutes")
}

// environment is an empty HOME and the simulator's variables.
func environment(home string, s *simulator) []string {
	env := []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "COLORTERM=truecolor", "AWS_EC2_METADATA_DISABLED=true"}
	if s != nil {
		env = append(env, s.env...)
	}
	return env
}

// status reads a field of /proc/PID/status in kB.
func status(pid int, field string) (int, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			return strconv.Atoi(strings.Fields(rest)[0])
		}
	}
	return 0, fmt.Errorf("no %s", field)
}

// cpu is the processor time that a process has used.
func cpu(pid int) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	f := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+2:]))
	user, err := strconv.Atoi(f[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(f[12])
	if err != nil {
		return 0, err
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux that Go runs on
	return time.Duration(user+system) * tick, nil
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
