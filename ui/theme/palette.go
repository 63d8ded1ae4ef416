package theme

import (
	"fmt"
	"strconv"
	"strings"
)

// reset ends whatever was begun.
const reset = "\x1b[m"

// palette holds the colours of one kind of terminal as 24-bit hex; the renderer
// brings them down to what the terminal can show. Blue is the one accent, red
// and amber are the one severity family, the rest is muted on purpose.
type palette struct {
	ink     [tones]string // "": the terminal's own
	grounds [grounds]string
	rowInk  string // where the terminal's own colour can't be trusted on our ground
	rowDim  string
}

func dark() palette {
	return palette{
		ink: [tones]string{
			Dim:     "#9a9daa",
			Accent:  "#8ab8ff",
			Good:    "#94c4a0",
			Busy:    "#8cc3d6",
			Warn:    "#f2bd73",
			Bad:     "#ff8f96",
			Unknown: "#b7aadb",
			Match:   "#8ab8ff",
			Header:  "#b4b8c4",
		},
		grounds: [grounds]string{Cursor: "#34405e", Marked: "#2c2c32"},
		rowInk:  "#eceef4",
		rowDim:  "#b4b8c4",
	}
}

func light() palette {
	return palette{
		ink: [tones]string{
			Dim:     "#5c5f69",
			Accent:  "#1552b0",
			Good:    "#2f6540",
			Busy:    "#1f627a",
			Warn:    "#7f4e00",
			Bad:     "#b01c2c",
			Unknown: "#62518f",
			Match:   "#1552b0",
			Header:  "#4a4d57",
		},
		grounds: [grounds]string{Cursor: "#d5e2f7", Marked: "#f0eee4"},
		rowInk:  "#1a1c22",
		rowDim:  "#4a4d57",
	}
}

// colour is what a tone is written with on a ground.
func (p palette) colour(g Ground, tone Tone) (ink, ground string) {
	ink, ground = p.ink[tone], p.grounds[g]
	if g != Plain && ink == "" {
		ink = p.rowInk
	}
	if g != Plain && tone == Dim {
		ink = p.rowDim
	}
	return ink, ground
}

func (p palette) sequence(g Ground, tone Tone) Sequence {
	var codes []string
	if bold(tone) {
		codes = append(codes, "1")
	}
	if tone == Match {
		codes = append(codes, "4")
	}
	ink, ground := p.colour(g, tone)
	if ink != "" {
		codes = append(codes, "38;2;"+channels(ink))
	}
	if ground != "" {
		codes = append(codes, "48;2;"+channels(ground))
	}
	return sequence(codes)
}

// few is the style of a tone by the names of colours, which a terminal of 16 colours
// paints as it likes: brought down from 24 bits, some of ours would be one. The row
// of the cursor is reversed, as any ground would swallow one of them.
func few(g Ground, tone Tone, dark bool) Sequence {
	q := weight(g, tone)
	ink := map[Tone]string{Accent: "34", Good: "32", Busy: "36", Warn: "35", Bad: "31", Unknown: "34", Match: "34"}
	if dark {
		ink = map[Tone]string{Accent: "96", Good: "32", Busy: "36", Warn: "33", Bad: "91", Unknown: "35", Match: "96"}
	}
	if ink[tone] == "" || g == Cursor {
		return q
	}
	return Sequence{On: q.On + "\x1b[" + ink[tone] + "m", Off: reset}
}

// bold reports which tones carry weight besides their colour.
func bold(tone Tone) bool {
	return tone == Strong || tone == Bad || tone == Header || tone == Match
}

// weight is the style of a tone without any colour. The cursor's row is
// reversed; faint letters are not readable there and become normal ones.
func weight(g Ground, tone Tone) Sequence {
	var codes []string
	if g == Cursor {
		codes = append(codes, "7")
	}
	switch tone {
	case Strong, Accent, Header, Warn:
		codes = append(codes, "1")
	case Bad:
		codes = append(codes, "1")
	case Match:
		codes = append(codes, "1", "4")
	case Dim:
		if g != Cursor {
			codes = append(codes, "2")
		}
	case Normal, Good, Busy, Unknown, tones:
	}
	return sequence(codes)
}

func sequence(codes []string) Sequence {
	if len(codes) == 0 {
		return Sequence{}
	}
	return Sequence{On: "\x1b[" + strings.Join(codes, ";") + "m", Off: reset}
}

// channels turns #rrggbb into the numbers of an SGR sequence. The palettes are
// constants that a test reads, so what can't be parsed is black.
func channels(hex string) string {
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil {
		n = 0
	}
	return fmt.Sprintf("%d;%d;%d", n>>16&0xff, n>>8&0xff, n&0xff)
}
