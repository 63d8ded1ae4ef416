package query

import (
	"strings"

	"nbscope/model"
)

// columns are the texts that words are looked for in, the names of notebooks apart.
// Notebooks share nearly all of them, so that each has a number, and a word is looked
// for once in each.
type columns struct {
	numbers map[string]uint32 // of texts as they are
	texts   []string          // by number, in lower case
	line    []byte            // room to put a tag together
	row     []uint32          // and to collect those of a row
}

// of are the numbers of a notebook's columns.
func (c *columns) of(n *model.Notebook, lens *model.Lens) []uint32 {
	c.row = c.row[:0]
	for _, column := range [...]string{
		n.Account, lens.Aliases[n.Account], n.Region, string(n.Status), n.VPCID, n.VPCName, n.SubnetID, n.SubnetName, n.InstanceType,
		lens.Text(n, model.FieldPlatform), lens.Text(n, model.FieldRole), n.LifecycleName, lens.Text(n, model.FieldKMS),
	} {
		c.add(column)
	}
	for _, id := range n.SecurityGroups {
		c.add(id)
	}
	for i := range n.Tags {
		c.line = append(append(append(c.line[:0], n.Tags[i].Key...), '='), n.Tags[i].Value...)
		c.addLine()
	}
	return append([]uint32(nil), c.row...)
}

func (c *columns) add(text string) {
	if text != "" {
		c.line = append(c.line[:0], text...)
		c.addLine()
	}
}

func (c *columns) addLine() {
	number, ok := c.numbers[string(c.line)]
	if !ok {
		if c.numbers == nil {
			c.numbers = map[string]uint32{}
		}
		number = uint32(len(c.texts))
		text := string(c.line)
		c.numbers[text] = number
		c.texts = append(c.texts, strings.ToLower(text))
	}
	c.row = append(c.row, number)
}
