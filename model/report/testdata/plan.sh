# nbscope plan 2-3abd4dff0eaff2a2: churn-model-train becomes churn-model-train-net, with direct internet access Enabled
# made 2026-11-23T12:00:00Z by arn:aws:sts::111122223333:assumed-role/R/ana
# It makes the replacement, waits for it, and prints the other steps. The source stays as it is.
# Run it again after a failure: what it made itself it finds again by the tag nbscope:run-id.
set -eu

region=eu-west-1
source=churn-model-train
replacement=churn-model-train-net
run=7f3c2a9be1d0

say() { printf '%s\n' "$*" >&2; }
fail() { say "nbscope plan: $*"; exit 1; }
ask() { aws sagemaker describe-notebook-instance --region "$region" --notebook-instance-name "$1" --output text --query "$2"; }

# Checks that failed when the plan was made:
# - subnet-addresses: subnet-0a1 has 1 free addresses, the notebook needs one and AWS some to spare
# - quota-total: 8 of 8 notebook instances in eu-west-1 are used, and both notebooks exist while the data is copied
[ "${NBSCOPE_FORCE:-}" = 1 ] || fail 'checks that failed, see the top of this script: 2; NBSCOPE_FORCE=1 goes on all the same'

# The account that was planned for.
account=$(aws sts get-caller-identity --region "$region" --query Account --output text)
[ "$account" = 111122223333 ] || fail "signed in to account $account, the plan is for "111122223333

# The source as it was planned for.
planned='["ml.t3.medium","notebook-al2-v2",5,"autostop","1","arn:aws:iam::111122223333:role/service/DataScience","Enabled","arn:aws:kms:eu-west-1:111122223333:key/ab12","subnet-0a1",["sg-1","sg-2"],"Disabled",null,["https://git.example/x.git","main"]]'
found=$(ask "$source" 'to_string([(InstanceType||`null`),(PlatformIdentifier||`null`),(VolumeSizeInGB||`null`),(NotebookInstanceLifecycleConfigName||`null`),(InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion||`null`),(RoleArn||`null`),(RootAccess||`null`),(KmsKeyId||`null`),(SubnetId||`null`),sort(SecurityGroups||`[]`),(DirectInternetAccess||`null`),(DefaultCodeRepository||`null`),sort(AdditionalCodeRepositories||`[]`)])')
[ "$found" = "$planned" ] || { say "planned: $planned"; say "found:   $found"; fail 'the source has changed: make the plan again'; }
status=$(ask "$source" NotebookInstanceStatus)
[ "$status" = Stopped ] || fail "the source is $status and was "Stopped": make the plan again"
planned='[["Owner","Ana"],["Team","ml"],["aws:createdBy","ana"]]'
found=$(aws sagemaker list-tags --region "$region" --resource-arn arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model-train --output text --query 'to_string(sort_by(Tags||`[]`,&Key)[].[Key,Value])')
[ "$found" = "$planned" ] || { say "planned: $planned"; say "found:   $found"; fail "the source's tags have changed: make the plan again"; }

# The name must be free, whatever its case, or be that of this very plan.
names=$(aws sagemaker list-notebook-instances --region "$region" --output text --query 'NotebookInstances[].NotebookInstanceName')
if printf '%s\n' "$names" | tr '[:blank:]' '\n' | tr '[:upper:]' '[:lower:]' | grep -Fqx -e churn-model-train-net; then
	arn=$(ask "$replacement" NotebookInstanceArn)
	mark=$(aws sagemaker list-tags --region "$region" --resource-arn "$arn" --output text --query "Tags[?Key=='nbscope:run-id'].Value")
	[ "$mark" = "$run" ] || fail "there is a notebook $replacement that this plan did not make"
	say "$replacement is there already, made by this plan"
else
	say "creating $replacement"
	aws sagemaker create-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train-net --instance-type ml.t3.medium --platform-identifier notebook-al2023-v1 --volume-size-in-gb 5 --lifecycle-config-name autostop --instance-metadata-service-configuration MinimumInstanceMetadataServiceVersion=2 --role-arn arn:aws:iam::111122223333:role/service/DataScience --root-access Enabled --kms-key-id arn:aws:kms:eu-west-1:111122223333:key/ab12 --subnet-id subnet-0a1 --security-group-ids sg-1 sg-2 --direct-internet-access Enabled --ip-address-type ipv4 --additional-code-repositories main https://git.example/x.git --tags '[{"Key":"Owner","Value":"Ana"},{"Key":"Team","Value":"ml"},{"Key":"nbscope:run-id","Value":"7f3c2a9be1d0"},{"Key":"nbscope:source-arn","Value":"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model-train"}]' >/dev/null ||
		fail "AWS did not say that $replacement was made. If the answer was lost, run this script again: it looks first"
fi

# AWS takes minutes, seldom up to an hour, and cannot be told to stop.
looks=0
while :; do
	status=$(ask "$replacement" NotebookInstanceStatus) || status='not known'
	case $status in
	InService) break ;;
	Failed) fail "the creation failed: $(ask "$replacement" FailureReason). The source is as it was. To remove the failed one, which holds no data, make sure that its status is Failed, then:" '# aws sagemaker delete-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train-net' ;;
	Stopping | Stopped | Deleting) fail "$replacement is $status: something else has changed it" ;;
	esac
	looks=$((looks + 1))
	[ "$looks" -lt 360 ] || fail "$replacement is still $status: run this script again to wait on"
	[ $((looks % 6)) -ne 1 ] || say "waiting for $replacement: $status"
	sleep "${NBSCOPE_POLL:-10}"
done
say "$replacement is InService"

# What is left is for you to decide.
printf '%s\n' \
	'3. Reach. Signs in to churn-model-train-net and tries from inside whether it reaches pypi, s3. Nothing is left there. If not, nothing is copied before you say so.' \
	'4. Update source. Moves churn-model-train to notebook-al2023-v1 in place: as Amazon Linux 2 it cannot be started any more. Its volume is kept.' \
	'   aws sagemaker update-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train --platform-identifier notebook-al2023-v1' \
	'   aws sagemaker wait notebook-instance-stopped --region eu-west-1 --notebook-instance-name churn-model-train' \
	'5. Start source. Starts churn-model-train so that its data can be read. Its lifecycle scripts run, and it costs while it runs.' \
	'   aws sagemaker start-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train' \
	'   aws sagemaker wait notebook-instance-in-service --region eu-west-1 --notebook-instance-name churn-model-train' \
	'6. Copy. You copy what is under /home/ec2-user/SageMaker, by the commands shown, and say so.' \
	'   # Open a terminal on both notebooks (here). Each prints a URL that signs in for five minutes: treat it as a password. In Jupyter choose New, Terminal. A script on churn-model-train may stop the notebook when it is idle: what it does could not be read. A script on churn-model-train-net may stop the notebook when it is idle: what it does could not be read. There, keep a session busy until the copy is verified: a cell of an open notebook that only waits, such as import time; time.sleep(12*3600). Shut down the other kernels, and not that one: without a session such a script goes by the time of the notebook'\''s last change, and stops it at once.' \
	'   aws sagemaker create-presigned-notebook-instance-url --region eu-west-1 --notebook-instance-name churn-model-train --query AuthorizedUrl --output text' \
	'   aws sagemaker create-presigned-notebook-instance-url --region eu-west-1 --notebook-instance-name churn-model-train-net --query AuthorizedUrl --output text' \
	'   # Write the script of this run (both). The same on both. It uses sudo; with NBSCOPE_SUDO=no before its name it does not, and names what only root can read: that is not copied.' \
	'   printf '\''%s\n'\'' '\''set -euo pipefail'\'' '\''export LC_ALL=C'\'' '\''umask 077'\'' '\''run="7f3c2a9be1d0"'\'' '\''account="111122223333"'\'' '\''region="eu-west-1"'\'' '\''source="churn-model-train"'\'' '\''home="/home/ec2-user/SageMaker"'\'' '\''work="/tmp/nbscope-$run"'\'' '\''pack="nbscope-copy-$run"'\'' '\''last="nbscope-last-$run"'\'' '\''key="nbscope/$account/$region/$source/$run"'\'' '\''fail() { echo "nbscope: $*" >&2; exit 1; }'\'' '\''verb=${1:-}; shift || fail "say what to do"'\'' '\''bucket() { [ -n "$bucket" ] || fail "name the bucket"; }'\'' '\''bucket=${1:-}'\'' '\''root() { if [ "${NBSCOPE_SUDO:-yes}" = no ]; then "$@"; else sudo -n "$@"; fi; }'\'' '\''root true || fail "sudo is refused here. With NBSCOPE_SUDO=no before bash it goes without; what only root can read is named then, and not copied"'\'' '\''mkdir -p "$work"'\'' '\''cd "$home"'\'' >/tmp/nbscope-7f3c2a9be1d0.sh' \
	'   printf '\''%s\n'\'' '\''out=(-path ./lost+found -o -path "./.Trash-*" -o -path "./$pack" -o -path "./$last")'\'' '\''shut=(-type s -o -type f ! -readable -o -type d ! \( -readable -executable \))'\'' '\''list() {'\'' '\''root find . -xdev -mindepth 1 \( "${out[@]}" \) -prune -o \( "${shut[@]}" \) -prune -o -print0 >"$work/names"'\'' '\''root find . -xdev -mindepth 1 \( "${out[@]}" \) -prune -o \( "${shut[@]}" \) -print0 -prune >"$work/unread"'\'' '\''[ -s "$work/names" ] || fail "there is nothing in $home"'\'' '\''unread=$(tr -dc "\0" <"$work/unread" | wc -c)'\'' '\''[ "$unread" = 0 ] || { echo "NOT COPIED, $unread of them:" >&2; tr "\0" "\n" <"$work/unread" >&2; }'\'' '\''}'\'' >>/tmp/nbscope-7f3c2a9be1d0.sh' \
	'   printf '\''%s\n'\'' '\''prove() {'\'' '\''case $1 in source|replacement) ;; *) fail "prove source, or prove replacement" ;; esac'\'' '\''list'\'' '\''root find . -xdev -mindepth 1 \( "${out[@]}" \) -prune -o \( "${shut[@]}" \) -prune -o \( -type f -printf "%y %m %s %T@ %P\0" -o -type l -printf "%y %T@ %P > %l\0" -o -printf "%y %m %T@ %P\0" \) | sort -z >"$work/tree"'\'' '\''root find . -xdev -mindepth 1 \( "${out[@]}" \) -prune -o \( "${shut[@]}" \) -prune -o -type f -print0 | sort -z | root xargs -0 -r sha256sum -- >"$work/sums"'\'' '\''entries=$(tr -dc "\0" <"$work/tree" | wc -c)'\'' '\''files=$(wc -l <"$work/sums")'\'' '\''[ "$entries" -gt 0 ] && [ "$(tr -dc "\0" <"$work/names" | wc -c)" = "$entries" ] || fail "files came or went meanwhile: run it again"'\'' '\''digest=$(cat "$work/tree" "$work/sums" | sha256sum)'\'' '\''echo "nbscope-proof 1 $run $1 $entries $files $unread ${digest%% *}"'\'' '\''}'\'' >>/tmp/nbscope-7f3c2a9be1d0.sh' \
	'   printf '\''%s\n'\'' '\''archive() { : >"$work/$last"; root tar --create --format=posix --sparse --numeric-owner --null --no-recursion --file=- --files-from="$work/names" --directory="$work" "$last"; }'\'' '\''extract() {'\'' '\''root rm -f "$last"'\'' '\''root tar --extract --same-permissions --numeric-owner --keep-old-files --file=- || fail "what tar named above is not in place: a file that was there, or no room, or the archive is not whole"'\'' '\''[ -e "$last" ] || fail "the archive ended early: not all of it is in place"'\'' '\''root rm -f "$last"'\'' '\''}'\'' '\''send() { bucket; list; size=$(root du -sxB1 . || true); archive | aws s3 cp - "s3://$bucket/$key/archive.tar" --region "$region" --expected-size "${size%%[!0-9]*}"; }'\'' '\''receive() { bucket; aws s3 cp "s3://$bucket/$key/archive.tar" - --region "$region" | extract; }'\'' '\''pack() { list; mkdir -p "$pack"; rm -f "$pack"/*; archive | split -b 1G -d -a 4 - "$pack/part-"; ls "$pack" | grep -c ^part- >"$work/parts"; mv "$work/parts" "$pack/parts"; }'\'' '\''unpack() { [ "$(ls "$pack" | grep -c ^part-)" = "$(cat "$pack/parts")" ] || fail "not every part of $pack is here"; cat "$pack"/part-* | extract; }'\'' >>/tmp/nbscope-7f3c2a9be1d0.sh' \
	'   printf '\''%s\n'\'' '\''size() { df -h .; root du -sxh . || true; list; }'\'' '\''lend() { bucket; [ -s "$work/tree" ] || fail "run prove source first"; cat "$work/tree" "$work/sums" | aws s3 cp - "s3://$bucket/$key/tree" --region "$region"; }'\'' '\''differ() { bucket; [ -s "$work/tree" ] || fail "run prove replacement first"; aws s3 cp "s3://$bucket/$key/tree" "$work/there" --region "$region"; diff <(tr "\0" "\n" <"$work/there") <(cat "$work/tree" "$work/sums" | tr "\0" "\n"); }'\'' '\''clean() {'\'' '\''rm -rf "$work" "./$pack"'\'' '\''[ -n "$bucket" ] || return 0'\'' '\''aws s3 rm --recursive "s3://$bucket/$key/" --region "$region"'\'' '\''left=$(aws s3api list-objects-v2 --bucket "$bucket" --prefix "$key/" --query "Contents[].Key" --output text --region "$region")'\'' '\''[ "$left" = None ] || fail "left in the bucket: $left"'\'' '\''}'\'' '\''case $verb in size|send|receive|pack|unpack|prove|lend|differ|clean) "$verb" "$@" ;; *) fail "what is $verb?" ;; esac'\'' >>/tmp/nbscope-7f3c2a9be1d0.sh' \
	'   bash -n /tmp/nbscope-7f3c2a9be1d0.sh && echo '\''the script is whole'\''' \
	'   # See how much there is (source). The replacement'\''s volume has 5 GB. What is mounted from elsewhere (EFS, FSx) is not copied: mount it there too.' \
	'   bash /tmp/nbscope-7f3c2a9be1d0.sh size' \
	'   # Send it through a bucket (source). The role DataScience needs s3:PutObject on the bucket here and s3:GetObject there. Set the bucket'\''s name first. No access to S3: take the next step instead.' \
	'   BUCKET=name-of-your-bucket' \
	'   bash /tmp/nbscope-7f3c2a9be1d0.sh send "$BUCKET"' \
	'   # Or: pack it for a download (source). Only without a bucket. It needs room on the source'\''s volume. Download the folder nbscope-copy-7f3c2a9be1d0 in Jupyter, part by part, and upload it into the replacement'\''s home.' \
	'   bash /tmp/nbscope-7f3c2a9be1d0.sh pack' \
	'   # Unpack it (replacement). Nothing that is there is overwritten: a file that stands in the way is named. After a download take the last line in place of the one with the bucket.' \
	'   BUCKET=name-of-your-bucket' \
	'   bash /tmp/nbscope-7f3c2a9be1d0.sh receive "$BUCKET"' \
	'   # bash /tmp/nbscope-7f3c2a9be1d0.sh unpack' \
	'   # Prove the source (source). Only now, so that it is of what is there after the copy. Its last line is one of the two that nbscope compares. Where it names what cannot be read, that is not copied.' \
	'   bash /tmp/nbscope-7f3c2a9be1d0.sh prove source' \
	'   # Prove the replacement (replacement). Its last line is the other one. The lines say themselves which is which.' \
	'   bash /tmp/nbscope-7f3c2a9be1d0.sh prove replacement' \
	'   # Where they differ, see what differs (replacement). First run the commented line on the source. A line with < is missing or other there; one with > was there before, such as a repository that was cloned at the creation. This is to look at only: the two lines are the proof.' \
	'   BUCKET=name-of-your-bucket' \
	'   # bash /tmp/nbscope-7f3c2a9be1d0.sh lend "$BUCKET"' \
	'   bash /tmp/nbscope-7f3c2a9be1d0.sh differ "$BUCKET"' \
	'   # Clean up (source). It removes what this run has in the bucket, and here. On the replacement run the last line.' \
	'   BUCKET=name-of-your-bucket' \
	'   bash /tmp/nbscope-7f3c2a9be1d0.sh clean "$BUCKET"' \
	'   # bash /tmp/nbscope-7f3c2a9be1d0.sh clean' \
	'7. Verify. You compare both manifests and confirm it: nbscope has not seen the data.' \
	'   # By hand: compare both manifests. Go on only when they are the same.' \
	'8. Stop source. Stops churn-model-train; its volume stays and costs. What is not under /home/ec2-user/SageMaker is lost, as with every stop.' \
	'   # Only when both manifests were compared and are the same. Stops churn-model-train; its volume stays and costs. What is not under /home/ec2-user/SageMaker is lost, as with every stop.' \
	'   # aws sagemaker stop-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train' \
	'   # aws sagemaker wait notebook-instance-stopped --region eu-west-1 --notebook-instance-name churn-model-train' \
	'9. Delete source. Deletes churn-model-train and its volume for good. It can wait for days, and is kept for 24 hours at least: deleting it earlier takes a typed sentence beside the name.' \
	'   # Only when both manifests were the same, the source is stopped, and nobody misses anything any more: this deletes the source and its volume for good.' \
	'   # aws sagemaker delete-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train'
