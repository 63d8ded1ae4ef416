package cli

import (
	"context"
	"io"
	"os"
	"reflect"
	"testing"
	"time"
)

// TestSimTakesTheOptionsOfItsContract gives every option of nbscope sim that other
// programs rely on a value of its own and looks at what arrives.
func TestSimTakesTheOptionsOfItsContract(t *testing.T) {
	t.Parallel()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	var got SimSettings
	code := Run(context.Background(), Env{
		Args: []string{
			"sim", "--accounts", "2", "--regions", "4", "--notebooks", "9", "--seed", "7", "--latency", "80ms", "--rps", "10",
			"--fault", "throttle=0.05,deny=eu-west-3", "--time-scale", "60", "--jupyter", "lab=http://127.0.0.1:8888/?token=a=b,c", "--jupyter", "new=http://127.0.0.1:8889/", "--listen", "127.0.0.1:4566",
		},
		Stdin: null, Stdout: null, Stderr: null, Now: time.Now,
		Simulate: func(_ context.Context, s SimSettings, _, _ io.Writer) error {
			got = s
			return nil
		},
	})
	want := SimSettings{
		Listen: "127.0.0.1:4566", Seed: 7, Accounts: 2, Regions: 4, Notebooks: 9, Latency: 80 * time.Millisecond,
		RPS: 10, Faults: "throttle=0.05,deny=eu-west-3", TimeScale: 60,
		Jupyter: []string{"lab=http://127.0.0.1:8888/?token=a=b,c", "new=http://127.0.0.1:8889/"},
	}
	if code != ExitOK || !reflect.DeepEqual(got, want) {
		t.Errorf("exit code %d, settings %+v", code, got)
	}
}
