package sim

import "time"

// The statuses of a notebook instance.
const (
	pending            = "Pending"
	inService          = "InService"
	stopping           = "Stopping"
	stopped            = "Stopped"
	failed             = "Failed"
	deleting           = "Deleting"
	updating           = "Updating"
	pendingMaintenance = "PendingMaintenance"
	inMaintenance      = "InMaintenance"
)

func statuses() []string {
	return []string{pending, inService, stopping, stopped, failed, deleting, updating, pendingMaintenance, inMaintenance}
}

// phase is a status and how long it lasts in AWS's own time; one without length
// lasts for ever.
type phase struct {
	status string
	lasts  time.Duration
}

// life is how the status of a notebook moves: through phases from a point in
// time on, and from the last to the first again when it goes round. The status
// at any time follows from the clock alone; nothing has to run for it.
type life struct {
	since  time.Time
	phases []phase
	round  bool
}

// How long AWS takes, as seen in public: see the durations in other tools.
const (
	takesStart    = 5 * time.Minute
	takesStop     = 150 * time.Second
	takesDelete   = 155 * time.Second
	takesUpdate   = 90 * time.Second
	takesToPlan   = 6 * time.Minute
	takesToRepair = 12 * time.Minute
)

// gone is the status of what does not exist any more.
const gone = ""

// settle is how a notebook goes on by itself from a status.
func settle(status string) []phase {
	switch status {
	case pending:
		return []phase{{pending, takesStart}, {inService, 0}}
	case stopping:
		return []phase{{stopping, takesStop}, {stopped, 0}}
	case updating:
		return []phase{{updating, takesUpdate}, {stopped, 0}}
	case deleting:
		return []phase{{deleting, takesDelete}, {gone, 0}}
	case pendingMaintenance:
		return []phase{{pendingMaintenance, takesToPlan}, {inMaintenance, takesToRepair}, {inService, 0}}
	case inMaintenance:
		return []phase{{inMaintenance, takesToRepair}, {inService, 0}}
	}
	return []phase{{status, 0}}
}

// workday is the life of a notebook that is started and stopped by a schedule.
func workday() []phase {
	return []phase{
		{stopped, 8 * time.Minute}, {pending, takesStart},
		{inService, 20 * time.Minute}, {stopping, takesStop},
	}
}

// at returns the status at a time, and when it began. A clock that stands before
// the beginning sees the first phase.
func (l life) at(now time.Time, scale float64) (status string, began time.Time) {
	elapsed := time.Duration(0)
	if scale > 0 && now.After(l.since) {
		elapsed = time.Duration(min(float64(now.Sub(l.since))*scale, float64(1<<62)))
	}
	passed := time.Duration(0)
	if total := l.length(); l.round && total > 0 {
		passed = elapsed - elapsed%total
	}
	for _, p := range l.phases {
		if p.lasts == 0 || elapsed < passed+p.lasts {
			return p.status, l.since.Add(l.real(passed, scale)).Truncate(time.Millisecond)
		}
		passed += p.lasts
	}
	return gone, l.since
}

func (l life) length() time.Duration {
	var sum time.Duration
	for _, p := range l.phases {
		sum += p.lasts
	}
	return sum
}

// real is AWS's own time in ours.
func (l life) real(d time.Duration, scale float64) time.Duration {
	if scale <= 0 {
		return 0
	}
	return time.Duration(float64(d) / scale)
}
