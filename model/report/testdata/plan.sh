# nbscope plan 1-7b49dc509b90cadf: churn-model-train becomes churn-model-train-net, with direct internet access Enabled
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
planned='["ml.t3.medium","arn:aws:iam::111122223333:role/service/DataScience","subnet-0a1",["sg-1","sg-2"],"Disabled","Enabled","arn:aws:kms:eu-west-1:111122223333:key/ab12","autostop",null,["https://git.example/x.git","main"],5,"notebook-al2-v2","1"]'
found=$(ask "$source" 'to_string([(InstanceType||`null`),(RoleArn||`null`),(SubnetId||`null`),sort(SecurityGroups||`[]`),(DirectInternetAccess||`null`),(RootAccess||`null`),(KmsKeyId||`null`),(NotebookInstanceLifecycleConfigName||`null`),(DefaultCodeRepository||`null`),sort(AdditionalCodeRepositories||`[]`),(VolumeSizeInGB||`null`),(PlatformIdentifier||`null`),(InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion||`null`)])')
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
		fail "AWS did not say that $replacement was made. Should the answer have been lost, run this script again: it looks first"
fi

# AWS takes minutes, seldom up to an hour, and cannot be told to stop.
looks=0
while :; do
	status=$(ask "$replacement" NotebookInstanceStatus) || status='not known'
	case $status in
	InService) break ;;
	Failed) fail "the creation failed: $(ask "$replacement" FailureReason). The source is as it was. To remove the failed one, which holds no data, see that its status is Failed, then:" '# aws sagemaker delete-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train-net' ;;
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
	'3. Update source. Moves churn-model-train to notebook-al2023-v1 in place: as Amazon Linux 2 it cannot be started any more. Its volume is kept.' \
	'   aws sagemaker update-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train --platform-identifier notebook-al2023-v1' \
	'   aws sagemaker wait notebook-instance-stopped --region eu-west-1 --notebook-instance-name churn-model-train' \
	'4. Start source. Starts churn-model-train so that its data can be read. Its lifecycle scripts run, and it costs while it runs.' \
	'   aws sagemaker start-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train' \
	'   aws sagemaker wait notebook-instance-in-service --region eu-west-1 --notebook-instance-name churn-model-train' \
	'5. Copy. You copy what is under /home/ec2-user/SageMaker, by the commands shown, and say so.' \
	'   # Open a terminal on both notebooks (here). Each prints a URL that signs in for five minutes: treat it as a password. In Jupyter choose New, Terminal. A script on churn-model-train may stop the notebook when it is idle: what it does could not be read. A script on churn-model-train-net may stop the notebook when it is idle: what it does could not be read. There, keep a session busy until the copy is verified: a cell of an open notebook that only waits, such as import time; time.sleep(12*3600). Shut down the other kernels, and not that one: without a session such a script goes by when the notebook was last changed, and stops it at once.' \
	'   aws sagemaker create-presigned-notebook-instance-url --region eu-west-1 --notebook-instance-name churn-model-train --query AuthorizedUrl --output text' \
	'   aws sagemaker create-presigned-notebook-instance-url --region eu-west-1 --notebook-instance-name churn-model-train-net --query AuthorizedUrl --output text' \
	'   # See how much there is (source). The replacement'\''s volume has 5 GB. What is mounted from elsewhere (EFS, FSx) is not copied: mount it there too.' \
	'   cd /home/ec2-user/SageMaker' \
	'   df -h .' \
	'   sudo du -xsh .' \
	'   # Write the source'\''s manifest (source). Type, mode, link target, size and SHA-256 of everything, also of what is hidden or root'\''s.' \
	'   mkdir -p /tmp/nbscope && cd /home/ec2-user/SageMaker' \
	'   sudo find . -xdev \( -path ./lost+found -o -path '\''./.Trash-*'\'' -o -path ./nbscope-copy \) -prune -o \( -type f -printf '\''f %m %s %p\n'\'' -o -type l -printf '\''l %p -> %l\n'\'' -o ! -path . -printf '\''%y %m %p\n'\'' \) | LC_ALL=C sort > /tmp/nbscope/source.manifest' \
	'   sudo find . -xdev \( -path ./lost+found -o -path '\''./.Trash-*'\'' -o -path ./nbscope-copy \) -prune -o -type f -print0 | LC_ALL=C sort -z | sudo xargs -0 -r sha256sum >> /tmp/nbscope/source.manifest' \
	'   wc -l /tmp/nbscope/source.manifest' \
	'   # Send it through a bucket (source). The role DataScience needs s3:PutObject on the bucket here and s3:GetObject there. Set the bucket'\''s name first. No access to S3: take the next step instead.' \
	'   BUCKET=name-of-your-bucket' \
	'   sudo tar --create --gzip --one-file-system --numeric-owner --exclude=./lost+found '\''--exclude=./.Trash-*'\'' --exclude=./nbscope-copy --directory /home/ec2-user/SageMaker --file - . | aws s3 cp --region eu-west-1 - "s3://$BUCKET/nbscope/churn-model-train/notebook.tar.gz"' \
	'   aws s3 cp --region eu-west-1 /tmp/nbscope/source.manifest "s3://$BUCKET/nbscope/churn-model-train/source.manifest"' \
	'   # Or: pack it for a download (source). Only without a bucket. It needs room on the source'\''s volume. Download nbscope-copy in Jupyter, part by part, and upload it into the replacement'\''s home.' \
	'   mkdir -p /home/ec2-user/SageMaker/nbscope-copy' \
	'   sudo tar --create --gzip --one-file-system --numeric-owner --exclude=./lost+found '\''--exclude=./.Trash-*'\'' --exclude=./nbscope-copy --directory /home/ec2-user/SageMaker --file - . | split -b 1G - /home/ec2-user/SageMaker/nbscope-copy/notebook.tar.gz.' \
	'   cp /tmp/nbscope/source.manifest /home/ec2-user/SageMaker/nbscope-copy/' \
	'   # Unpack it (replacement). Nothing that is there is overwritten: a file that stands in the way is named. After a download the parts are in nbscope-copy: take the last two lines in place of those with the bucket.' \
	'   ls -A /home/ec2-user/SageMaker' \
	'   mkdir -p /tmp/nbscope' \
	'   BUCKET=name-of-your-bucket' \
	'   aws s3 cp --region eu-west-1 "s3://$BUCKET/nbscope/churn-model-train/source.manifest" /tmp/nbscope/source.manifest' \
	'   aws s3 cp --region eu-west-1 "s3://$BUCKET/nbscope/churn-model-train/notebook.tar.gz" - | sudo tar --extract --gzip --same-permissions --same-owner --numeric-owner --keep-old-files --directory /home/ec2-user/SageMaker --file -' \
	'   # cp /home/ec2-user/SageMaker/nbscope-copy/source.manifest /tmp/nbscope/' \
	'   # cat /home/ec2-user/SageMaker/nbscope-copy/notebook.tar.gz.* | sudo tar --extract --gzip --same-permissions --same-owner --numeric-owner --keep-old-files --directory /home/ec2-user/SageMaker --file -' \
	'   # Write the replacement'\''s manifest (replacement). ' \
	'   mkdir -p /tmp/nbscope && cd /home/ec2-user/SageMaker' \
	'   sudo find . -xdev \( -path ./lost+found -o -path '\''./.Trash-*'\'' -o -path ./nbscope-copy \) -prune -o \( -type f -printf '\''f %m %s %p\n'\'' -o -type l -printf '\''l %p -> %l\n'\'' -o ! -path . -printf '\''%y %m %p\n'\'' \) | LC_ALL=C sort > /tmp/nbscope/replacement.manifest' \
	'   sudo find . -xdev \( -path ./lost+found -o -path '\''./.Trash-*'\'' -o -path ./nbscope-copy \) -prune -o -type f -print0 | LC_ALL=C sort -z | sudo xargs -0 -r sha256sum >> /tmp/nbscope/replacement.manifest' \
	'   wc -l /tmp/nbscope/replacement.manifest' \
	'   # Compare (replacement). Nothing but the last line means that both are the same. A line with < is missing or other there; one with > was there before, such as a repository that was cloned at the creation.' \
	'   diff /tmp/nbscope/source.manifest /tmp/nbscope/replacement.manifest && echo '\''both are the same'\''' \
	'   # See that the source did not change meanwhile (source). If it did, copy again.' \
	'   mkdir -p /tmp/nbscope && cd /home/ec2-user/SageMaker' \
	'   sudo find . -xdev \( -path ./lost+found -o -path '\''./.Trash-*'\'' -o -path ./nbscope-copy \) -prune -o \( -type f -printf '\''f %m %s %p\n'\'' -o -type l -printf '\''l %p -> %l\n'\'' -o ! -path . -printf '\''%y %m %p\n'\'' \) | LC_ALL=C sort > /tmp/nbscope/again.manifest' \
	'   sudo find . -xdev \( -path ./lost+found -o -path '\''./.Trash-*'\'' -o -path ./nbscope-copy \) -prune -o -type f -print0 | LC_ALL=C sort -z | sudo xargs -0 -r sha256sum >> /tmp/nbscope/again.manifest' \
	'   wc -l /tmp/nbscope/again.manifest' \
	'   diff /tmp/nbscope/source.manifest /tmp/nbscope/again.manifest && echo '\''nothing changed'\''' \
	'6. Verify. You compare both manifests and stand for it: nbscope has not seen the data.' \
	'   # By hand: compare both manifests. Go on only when they are the same.' \
	'7. Stop source. Stops churn-model-train; its volume stays and costs. What is not under /home/ec2-user/SageMaker is lost, as with every stop.' \
	'   # Only when both manifests were compared and are the same. Stops churn-model-train; its volume stays and costs. What is not under /home/ec2-user/SageMaker is lost, as with every stop.' \
	'   # aws sagemaker stop-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train' \
	'   # aws sagemaker wait notebook-instance-stopped --region eu-west-1 --notebook-instance-name churn-model-train' \
	'8. Delete source. Deletes churn-model-train and its volume for good. It can wait for days, and is kept for 24 hours at least: earlier takes a sentence beside the name.' \
	'   # Only when both manifests were the same, the source is stopped, and nobody misses anything any more: this deletes the source and its volume for good.' \
	'   # aws sagemaker delete-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train'
