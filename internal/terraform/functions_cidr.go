package terraform

import (
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/gocty"
)

// cidrFunctions compute addresses, as github.com/apparentlymart/go-cidr does
// for Terraform.
func cidrFunctions() map[string]function.Function {
	prefix := param("prefix", cty.String)
	subnets := function.New(&function.Spec{
		Params:       []function.Parameter{prefix},
		VarParam:     &function.Parameter{Name: "newbits", Type: cty.Number},
		Type:         function.StaticReturnType(cty.List(cty.String)),
		RefineResult: notNull,
		Impl:         func(args []cty.Value, _ cty.Type) (cty.Value, error) { return cidrSubnets(args) },
	})
	return map[string]function.Function{
		"cidrhost":    strict(cty.String, cidrHost, prefix, param("hostnum", cty.Number)),
		"cidrnetmask": strict(cty.String, cidrNetmask, prefix),
		"cidrsubnet":  strict(cty.String, cidrSubnet, prefix, param("newbits", cty.Number), param("netnum", cty.Number)),
		"cidrsubnets": subnets,
	}
}

// cidrBlock is an address block as a number: base is its first address.
type cidrBlock struct {
	base       *big.Int
	ones, bits int
}

func parseCIDR(v cty.Value) (cidrBlock, error) {
	_, block, err := net.ParseCIDR(decimalOctets(v.AsString()))
	if err != nil {
		return cidrBlock{}, function.NewArgErrorf(0, "invalid CIDR expression: %s", err)
	}
	ones, bits := block.Mask.Size()
	return cidrBlock{new(big.Int).SetBytes(block.IP), ones, bits}, nil
}

// decimalOctets drops leading zeros of a dotted quad: Terraform still reads
// them as decimal, as Go did until 1.17; Go refuses them now.
func decimalOctets(cidr string) string {
	address, length, _ := strings.Cut(cidr, "/")
	start := strings.LastIndexByte(address, ':') + 1
	octets := strings.Split(address[start:], ".")
	if len(octets) != 4 {
		return cidr
	}
	for i, octet := range octets {
		if trimmed := strings.TrimLeft(octet, "0"); trimmed != "" {
			octets[i] = trimmed
		} else if octet != "" {
			octets[i] = "0"
		}
	}
	return address[:start] + strings.Join(octets, ".") + "/" + length
}

func (n cidrBlock) address() net.IP {
	return n.base.FillBytes(make([]byte, n.bits/8))
}

func (n cidrBlock) String() string {
	return (&net.IPNet{IP: n.address(), Mask: net.CIDRMask(n.ones, n.bits)}).String()
}

// size is how many addresses a block with a prefix of ones bits has.
func (n cidrBlock) size(ones int) *big.Int {
	return new(big.Int).Lsh(big.NewInt(1), uint(n.bits-ones))
}

// cidrHost counts from the block's end if the number is negative: -1 is the
// last address.
func cidrHost(args []cty.Value) (cty.Value, error) {
	n, err := parseCIDR(args[0])
	if err != nil {
		return cty.NilVal, err
	}
	var host *big.Int
	if err := gocty.FromCtyValue(args[1], &host); err != nil {
		return cty.NilVal, function.NewArgError(1, err)
	}
	size := n.size(n.ones)
	at := new(big.Int).Set(host)
	if at.Sign() < 0 {
		at.Add(at, size)
	}
	if at.Sign() < 0 || at.Cmp(size) >= 0 {
		return cty.NilVal, fmt.Errorf("prefix of %d does not accommodate a host numbered %d", n.ones, host)
	}
	n.base.Or(n.base, at)
	return cty.StringVal(n.address().String()), nil
}

func cidrNetmask(args []cty.Value) (cty.Value, error) {
	n, err := parseCIDR(args[0])
	if err != nil {
		return cty.NilVal, err
	}
	if n.address().To4() == nil {
		return cty.NilVal, errors.New("IPv6 addresses cannot have a netmask")
	}
	return cty.StringVal(net.IP(net.CIDRMask(n.ones, n.bits)).String()), nil
}

// cidrSubnet leaves negative arguments unknown: Terraform computes something
// that is no subnet of the prefix.
func cidrSubnet(args []cty.Value) (cty.Value, error) {
	n, err := parseCIDR(args[0])
	if err != nil {
		return cty.NilVal, err
	}
	var bits int
	if err := gocty.FromCtyValue(args[1], &bits); err != nil {
		return cty.NilVal, function.NewArgError(1, err)
	}
	var number *big.Int
	if err := gocty.FromCtyValue(args[2], &number); err != nil {
		return cty.NilVal, function.NewArgError(2, err)
	}
	if bits < 0 || number.Sign() < 0 {
		return cty.UnknownVal(cty.String), nil
	}
	if bits > n.bits-n.ones {
		return cty.NilVal, fmt.Errorf("insufficient address space to extend prefix of %d by %d", n.ones, bits)
	}
	if number.BitLen() > bits {
		return cty.NilVal, fmt.Errorf("prefix extension of %d does not accommodate a subnet numbered %d", bits, number)
	}
	n.ones += bits
	n.base.Or(n.base, new(big.Int).Lsh(number, uint(n.bits-n.ones)))
	return cty.StringVal(n.String()), nil
}

// cidrSubnets gives out blocks one after another, each at the first multiple
// of its own size that is free.
func cidrSubnets(args []cty.Value) (cty.Value, error) {
	n, err := parseCIDR(args[0])
	if err != nil {
		return cty.NilVal, err
	}
	if len(args) == 1 {
		return cty.ListValEmpty(cty.String), nil
	}
	if n.base.Sign() == 0 {
		// go-cidr begins at the block before, and this prefix has none.
		return cty.NilVal, function.NewArgErrorf(1, "no subnets of a prefix that begins at address zero")
	}
	var blocks []cty.Value
	free := new(big.Int).Set(n.base)
	end := new(big.Int).Add(n.base, n.size(n.ones))
	for i, arg := range args[1:] {
		var bits int
		if err := gocty.FromCtyValue(arg, &bits); err != nil {
			return cty.NilVal, function.NewArgError(i+1, err)
		}
		if err := checkExtension(n, bits); err != nil {
			return cty.NilVal, function.NewArgError(i+1, err)
		}
		block := cidrBlock{roundUp(free, n.size(n.ones+bits)), n.ones + bits, n.bits}
		if block.base.Cmp(end) >= 0 {
			return cty.NilVal, function.NewArgErrorf(i+1, "not enough remaining address space for a subnet with a prefix of %d bits", block.ones)
		}
		blocks = append(blocks, cty.StringVal(block.String()))
		free = new(big.Int).Add(block.base, n.size(block.ones))
	}
	return cty.ListVal(blocks), nil
}

// checkExtension holds cidrsubnets' number of new bits to Terraform's limits;
// 32 is one of them, IPv6 or not.
func checkExtension(n cidrBlock, bits int) error {
	switch {
	case bits < 1:
		return errors.New("must extend prefix by at least one bit")
	case bits > 32:
		return errors.New("may not extend prefix by more than 32 bits")
	case n.ones+bits > n.bits:
		return fmt.Errorf("would extend prefix to %d bits, which is too long for the address", n.ones+bits)
	}
	return nil
}

// roundUp returns the first multiple of size that is not below at.
func roundUp(at, size *big.Int) *big.Int {
	one := big.NewInt(1)
	up := new(big.Int).Add(at, size)
	up.Sub(up, one)
	up.Div(up, size)
	return up.Mul(up, size)
}
