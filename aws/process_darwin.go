package aws

import "golang.org/x/sys/unix"

// childrenOf are the processes that another has started and that it has not outlived.
func childrenOf(pid int) (children []int) {
	all, _ := unix.SysctlKinfoProcSlice("kern.proc.all")
	for i := range all {
		if int(all[i].Eproc.Ppid) == pid {
			children = append(children, int(all[i].Proc.P_pid))
		}
	}
	return children
}
