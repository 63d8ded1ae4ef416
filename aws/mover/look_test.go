package mover

import "testing"

// What names an idle stop by any of its words is one, however it is written; a comment is not.
func TestTheLinesOfACrontabThatStopAnIdleNotebook(t *testing.T) {
	t.Parallel()
	for crontab, want := range map[string]string{
		"":                                "",
		"@daily /usr/bin/backup.sh\n":     "",
		"*/5 * * * * python3 autostop.py": "*/5 * * * * python3 autostop.py",
		"*/5 * * * * /opt/Auto-Stop":      "*/5 * * * * /opt/Auto-Stop",
		"*/5 * * * * aws sagemaker stop-notebook-instance --notebook-instance-name a": "*/5 * * * * aws sagemaker stop-notebook-instance --notebook-instance-name a",
		"  @hourly /opt/when-idle.sh  ":                                               "@hourly /opt/when-idle.sh",
		"# autostop.py\n #idle\n":                                                     "",
		"# idle\n@hourly /opt/idle\n@daily /opt/other\n@hourly autostop\n":            "@hourly /opt/idle\n@hourly autostop",
	} {
		if got := stopping(crontab); got != want {
			t.Errorf("%q: got %q, want %q", crontab, got, want)
		}
	}
}
