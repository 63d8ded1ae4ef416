package model

import "sort"

// SortStable sorts a short list; what compares as equal keeps its order. It is for lists
// of structs: the slices package has its sort compiled anew for each type of them, some
// 9 KB of the binary each time.
func SortStable[T any](list []T, compare func(a, b T) int) {
	sort.SliceStable(list, func(i, j int) bool { return compare(list[i], list[j]) < 0 })
}
