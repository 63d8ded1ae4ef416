package model

import (
	"strings"
	"testing"
)

func TestATargetHasAnsweredOnlyWithAWholeListOrByAWSsOwnWord(t *testing.T) {
	problem := func(k ProblemKind) *Problem { return &Problem{Kind: k, Message: "AWS says no"} }
	for name, c := range map[string]struct {
		a     Answer
		state TargetState
		says  string // in the problem, "" for none
	}{
		"a list with notebooks":               {Answer{Listed: true, Found: 2}, StateOK, ""},
		"a list without any":                  {Answer{Listed: true}, StateEmpty, ""},
		"no list and no reason":               {Answer{}, StateFailed, "not listed to the end"},
		"a part of a list":                    {Answer{Found: 100, Problem: problem(KindInvalid)}, StateFailed, "AWS says no"},
		"a list, and then no time":            {Answer{Listed: true, Found: 2, Problem: problem(KindTimeout)}, StateTimedOut, "AWS says no"},
		"off, and refused":                    {Answer{Problem: problem(KindBadCredentials), Region: RegionNotEnabled}, StateNotEnabled, "not enabled"},
		"off, and out of reach":               {Answer{Problem: problem(KindNetwork), Region: RegionNotEnabled}, StateNotEnabled, "not enabled"},
		"on, and refused":                     {Answer{Problem: problem(KindBadCredentials), Region: RegionEnabled, Proven: true}, StateRefused, "in a region that is enabled"},
		"not asked, and refused":              {Answer{Problem: problem(KindBadCredentials), Proven: true}, StateRefused, "whether it is enabled is not known"},
		"not named, and refused":              {Answer{Problem: problem(KindBadCredentials), Region: RegionNotNamed, Proven: true}, StateRefused, "does not list it"},
		"not named, and out of reach":         {Answer{Problem: problem(KindNetwork), Region: RegionNotNamed}, StateFailed, "AWS says no"},
		"refused everywhere":                  {Answer{Problem: problem(KindBadCredentials)}, StateRefused, "AWS says no"},
		"to opt in to, by the service's word": {Answer{Problem: problem(KindNotEnabled), Proven: true}, StateFailed, "is not known"},
		"not offered, and nothing against it": {Answer{Problem: problem(KindNotOffered)}, StateNotOffered, "does not offer"},
		"not offered where it is known to be": {Answer{Problem: problem(KindNotOffered), Offers: true}, StateFailed, "known to offer"},
		"not offered where one was seen":      {Answer{Problem: problem(KindNotOffered), Kept: true}, StateFailed, "seen before"},
		"a name that does not resolve":        {Answer{Problem: problem(KindNetwork)}, StateFailed, "AWS says no"},
		"an endpoint of another region":       {Answer{Problem: problem(KindWrongRegion), Region: RegionEnabled}, StateFailed, "AWS says no"},
		"a signature":                         {Answer{Problem: problem(KindSignature), Region: RegionEnabled}, StateRefused, "AWS says no"},
		"a clock":                             {Answer{Problem: problem(KindClock)}, StateFailed, "AWS says no"},
		"an answer that is hollow":            {Answer{Problem: problem(KindProtocol)}, StateFailed, "AWS says no"},
		"stopped":                             {Answer{Problem: problem(KindCanceled)}, StateCanceled, "AWS says no"},
	} {
		state, told := c.a.Settle()
		if state != c.state || (told == nil) != (c.says == "") || told != nil && !strings.Contains(told.Message, c.says) {
			t.Errorf("%s: %q, %+v; want %q and %q", name, state, told, c.state, c.says)
		}
		if c.a.Problem != nil && c.a.Problem.Message != "AWS says no" {
			t.Errorf("%s: the problem that was handed in was changed", name)
		}
	}
}

func TestNoProblemAloneIsAnAnswer(t *testing.T) {
	for _, k := range []ProblemKind{
		KindSSOExpired, KindExpired, KindNoCredentials, KindBadCredentials, KindSignature, KindUnsigned, KindClock, KindWrongRegion,
		KindNoProfile, KindBadProfile, KindMFA, KindDenied, KindSCP, KindNotEnabled, KindThrottled, KindNotFound, KindInvalid,
		KindConflict, KindLimit, KindTimeout, KindNetwork, KindService, KindProtocol, KindTooLarge, KindCanceled, KindConfig, KindUnknown, "of tomorrow",
	} {
		for _, offers := range []bool{true, false} {
			state, told := Answer{Problem: &Problem{Kind: k, Message: "x"}, Offers: offers}.Settle()
			if state.Answered() || !state.Final() || told == nil || told.Message == "" {
				t.Errorf("%s: %q, %+v", k, state, told)
			}
		}
	}
}
