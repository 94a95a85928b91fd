package eval

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A Budget is what the evaluation of one unit of work may cost, in steps and
// bytes. The evaluators of the unit share it. When it is spent, or the context
// ends, what is evaluated is not known.
type Budget struct {
	ctx  context.Context
	left int
}

const (
	// baseBudget is what a unit may cost at least: about two seconds.
	baseBudget = 40_000_000
	// budgetPerByte is what each byte of its configuration adds. Public
	// directories cost about 10 a byte.
	budgetPerByte = 100
	// stepCost is what one evaluation of a repeated expression costs: about two
	// microseconds, and 300 bytes for its result.
	stepCost = 40
	// maxValue bounds the size of a value that has a name: locals that double
	// each other would fill the memory. Beyond, the value is not known.
	maxValue = 1 << 20
	// elementSize is what an element adds to a value's size, beside its bytes.
	elementSize = 16
	// maxElements bounds the elements of one collection in a value that is
	// converted: cty takes time in the square of them to find their common type.
	maxElements = 4000
)

// NewBudget returns the budget of a unit with so many bytes of configuration.
func NewBudget(ctx context.Context, size int) *Budget {
	return &Budget{ctx, baseBudget + budgetPerByte*size}
}

// spend takes steps or bytes from the budget. It returns false when there are
// none left.
func (b *Budget) spend(n int) bool {
	b.left -= n
	return b.left > 0 && b.ctx.Err() == nil
}

// giveUp notes why something is not evaluated that the configuration decides,
// and returns the value that it then has.
func (ev *Evaluator) giveUp(format string, a ...any) cty.Value {
	if ev.gaveUp == "" {
		ev.gaveUp = fmt.Sprintf(format, a...)
	}
	return cty.DynamicVal
}

// GaveUp returns why, since it was last asked, something was not evaluated that
// the configuration decides; "" when nothing was.
func (ev *Evaluator) GaveUp() string {
	why := ev.gaveUp
	ev.gaveUp = ""
	return why
}

// tooMuch gives up an expression that would cost more than is left.
func (i *Instance) tooMuch(e hclsyntax.Expression) cty.Value {
	return i.ev.giveUp("%s takes too much time or memory to evaluate", i.Place(e.Range()).Line())
}

// bounded returns the value of a local or variable, one that is not known when
// it is too large.
func (ev *Evaluator) bounded(v cty.Value, name string) cty.Value {
	n := size(v)
	if !ev.spend(n/64) || n > maxValue || !ev.mayConvert(v) {
		return ev.giveUp("%s is too large to evaluate", name)
	}
	return v
}

// mayConvert reports whether a value may be converted to another type: it has
// no collection, and no number, that is too large.
func (ev *Evaluator) mayConvert(v cty.Value) bool {
	if bare := unmark(v); bare.Type().IsPrimitiveType() {
		return !hugeNumber(bare)
	}
	within := true
	_ = cty.Walk(v, func(_ cty.Path, part cty.Value) (bool, error) {
		part = unmark(part)
		switch n := elements(part); {
		case n > maxElements || hugeNumber(part):
			within = false
		case part.Type().IsTupleType() || part.Type().IsObjectType():
			within = within && ev.spend(n*n/16)
		}
		return within, nil
	})
	return within
}

// elements returns how many elements a value has, 0 when that is not known.
func elements(v cty.Value) int {
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() || !v.Length().IsKnown() {
		return 0
	}
	return v.LengthInt()
}

// size returns how large a value is: its bytes, and elementSize for each
// element; for one beyond maxValue just more than that.
func size(v cty.Value) int {
	n := 0
	_ = cty.Walk(v, func(_ cty.Path, part cty.Value) (bool, error) {
		n += elementSize
		if part = unmark(part); terraform.IsString(part) {
			n += len(part.AsString())
		}
		return n <= maxValue, nil
	})
	return n
}

// hugeNumber reports whether a value is a number of very many digits, which
// arithmetic and conversions would write out.
func hugeNumber(v cty.Value) bool {
	v = unmark(v)
	if v.Type() != cty.Number || !v.IsKnown() || v.IsNull() {
		return false
	}
	exponent := v.AsBigFloat().MantExp(new(big.Float))
	return exponent > 4096 || exponent < -4096
}
