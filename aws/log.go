package aws

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	awsmw "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model"
)

// What is logged of AWS: each sign-in, target and call, and each cut of a limiter,
// by names, numbers and codes. No request and no answer is logged, and of what AWS
// says in words nothing: it repeats values, such as tags, that it was sent.

// called logs one call, with how it ended.
func (m *meter) called(ctx context.Context, account string, took time.Duration, md middleware.Metadata, err error) {
	level := slog.LevelInfo
	if err != nil {
		level = slog.LevelWarn
	}
	if !m.log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("operation", iamPrefix(awsmw.GetServiceID(ctx))+":"+awsmw.GetOperationName(ctx)),
		slog.String("account", account), slog.String("region", awsmw.GetRegion(ctx)),
		slog.Int("status", statusOfCall(md, err)), slog.Duration("took", took.Round(time.Millisecond)), slog.Int("attempts", attemptsOf(md)),
	}
	request, _ := awsmw.GetRequestIDMetadata(md)
	if err != nil {
		p := classify(err)
		request = p.RequestID
		attrs = append(attrs, problemAttrs(&p)...)
	}
	m.log.LogAttrs(ctx, level, "call", append(attrs, slog.String("request", code(request)))...)
}

func statusOfCall(md middleware.Metadata, err error) int {
	if err != nil {
		return httpStatusOf(err)
	}
	if resp, ok := awsmw.GetRawResponse(md).(*smithyhttp.Response); ok {
		return resp.StatusCode
	}
	return 0
}

func attemptsOf(md middleware.Metadata) int {
	if all, ok := retry.GetAttemptResults(md); ok {
		return len(all.Results)
	}
	return 0
}

// problemAttrs are a problem without AWS's words for it. The words for what happened
// on the way to AWS are this program's own.
func problemAttrs(p *model.Problem) []slog.Attr {
	attrs := []slog.Attr{slog.String("kind", string(p.Kind))}
	if p.Code != "" {
		attrs = append(attrs, slog.String("code", code(p.Code)))
	}
	ours := []model.ProblemKind{model.KindNetwork, model.KindTimeout, model.KindProtocol, model.KindTooLarge}
	if p.Code == "" && slices.Contains(ours, p.Kind) {
		attrs = append(attrs, slog.String("says", p.Message))
	}
	return attrs
}

// failureAttrs are a problem that no call stands beside.
func failureAttrs(p *model.Problem) []slog.Attr {
	return append(problemAttrs(p), slog.String("operation", p.Operation), slog.String("request", code(p.RequestID)))
}

// code is a code or an id that AWS gave. One that does not look like it is left out.
func code(s string) string {
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.:=", r)
	}
	if len(s) > 100 || strings.ContainsFunc(s, odd) {
		return "odd"
	}
	return s
}

// scanLog logs what a scan tells: sign-ins and targets, as they were observed. The
// scan hands it batches one after another.
type scanLog struct {
	log  *slog.Logger
	told map[string]bool // a scan says some things more than once
}

// logged is emit, with what is emitted in the log before.
func logged(ctx context.Context, log *slog.Logger, req *model.ScanRequest, emit func(model.Batch)) func(model.Batch) {
	l := &scanLog{log: log, told: map[string]bool{}}
	log.InfoContext(ctx, "scan", "generation", req.Generation, "full", req.Mode == model.Full, "only", len(req.Only))
	return func(b model.Batch) {
		l.take(ctx, &b)
		emit(b)
	}
}

func (l *scanLog) take(ctx context.Context, b *model.Batch) {
	for i := range b.Identities {
		id := &b.Identities[i]
		names := strings.Join(id.Profiles, ", ")
		if l.first("sign-in", id.Account, names) {
			l.log.InfoContext(ctx, "sign-in", "account", id.Account, "arn", id.ARN, "profiles", names)
		}
	}
	for i := range b.Problems {
		p := &b.Problems[i]
		l.log.LogAttrs(ctx, slog.LevelWarn, "sign-in", append([]slog.Attr{slog.String("profile", p.Profile)}, failureAttrs(p)...)...)
	}
	for i := range b.Targets {
		if t := &b.Targets[i]; t.State.Final() && l.first("target", t.Target.String()) {
			l.target(ctx, t)
		}
	}
	if b.Done {
		l.log.InfoContext(ctx, "scan is over")
	}
}

func (l *scanLog) target(ctx context.Context, t *model.TargetStatus) {
	attrs := append(
		targetAttrs(t.Target), slog.String("state", string(t.State)),
		slog.Int("notebooks", t.Notebooks), slog.Int("unknown", t.Unknown), slog.Int("calls", t.Calls), slog.Int("throttles", t.Throttles),
		slog.Duration("took", t.Ended.Sub(t.Started).Round(time.Millisecond)),
	)
	level := slog.LevelInfo
	if t.Problem != nil {
		level, attrs = slog.LevelWarn, append(attrs, failureAttrs(t.Problem)...)
	}
	l.log.LogAttrs(ctx, level, "target", attrs...)
	for i := range t.Warnings {
		l.log.LogAttrs(ctx, slog.LevelWarn, "target in part", append(targetAttrs(t.Target), failureAttrs(&t.Warnings[i])...)...)
	}
}

func targetAttrs(t model.Target) []slog.Attr {
	return []slog.Attr{slog.String("account", t.Account), slog.String("region", t.Region)}
}

// first reports whether something is told for the first time.
func (l *scanLog) first(what ...string) bool {
	key := strings.Join(what, "\x00")
	again := l.told[key]
	l.told[key] = true
	return !again
}
