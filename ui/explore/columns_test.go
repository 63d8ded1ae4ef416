package explore

import (
	"testing"

	"nbscope/model"
)

// TestColumnsThatAreKnownLastHaveRoomFromTheStart holds wherever they stand.
func TestColumnsThatAreKnownLastHaveRoomFromTheStart(t *testing.T) {
	for _, at := range [][]model.Field{{{ID: model.FieldVPC}, {ID: model.FieldName}}, {{ID: model.FieldName}, {ID: model.FieldSubnet}, {ID: model.FieldVPC}}, {{ID: model.FieldName}}} {
		for i, want := range newColumns(at).want {
			if late := at[i].ID != model.FieldName; late != (want > 0) {
				t.Errorf("%s, column %d, wants %d cells", at[i].ID, i, want)
			}
		}
	}
}
