# Runs one job of nbscope, detached, and keeps its status: one line of 64 bytes,
# written in place, so that a full disk cannot silence it. The lock on that file is
# held for as long as anything of the job runs. Amazon Linux 2 is the floor.
set -u
job=${0%.run}
exec 9<>"$job.status"
flock -n 9 || exit 0
read -r state _ <"$job.status"
[ "$state" = new ] || exit 0
put() { printf '%-62s.\n' "$1" 1<>"$job.status"; }
beat() {
	trap 'kill $!; exit 0' TERM
	local n=0
	while kill -0 $$ 2>/dev/null; do
		put "running $$ $n"
		n=$((n + 1))
		sleep 2 &
		wait $!
	done
}
trap : TERM # the script is ended by it, its exit code is still told
put "running $$ 0"
beat 9>&- &
beater=$!
