// The dialect, its one type of its own, and the interface of differentiable scalars.
#ifndef COSTATE_DIALECT
#define COSTATE_DIALECT

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Costate_Dialect : Dialect {
  let name = "costate";
  let cppNamespace = "::costate";
  let summary = "optimization problems over index sets";
  let description = [{
    Three levels in one dialect. A `costate.program` holds in order everything that happens when data arrives, and the
    commands: its values are columns (rank-1 tensors; maps may yield and read tensors of higher rank).
    `costate.problem` states variables, constraints and an objective with scalar bodies. `costate.map` defines tensors
    entry by entry; kernels are functions of one map. Functions (`costate.function`) compute with tensors of any rank
    by maps, reductions and loops, which may stand inside of each other.
  }];
  let useDefaultTypePrinterParser = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

class Costate_Op<string mnemonic, list<Trait> traits = []> : Op<Costate_Dialect, mnemonic, traits>;

def Costate_Table : TypeDef<Costate_Dialect, "Table"> {
  let mnemonic = "table";
  let summary = "an open data table";
}

def Costate_Tape : TypeDef<Costate_Dialect, "Tape"> {
  let mnemonic = "tape";
  let summary = "the states that a loop went through";
  let description = [{
    The states of the carried values before every step, as many as fit into memory; `costate.unwind` computes the
    others again.
  }];
  let parameters = (ins ArrayRefParameter<"::mlir::Type", "types of the carried values">:$states);
  let assemblyFormat = "`<` $states `>`";
}

def Costate_Codes : 1DTensorOf<[I32]>;
def Costate_Integers : 1DTensorOf<[I64]>;
def Costate_Reals : 1DTensorOf<[F64]>;
def Costate_Truths : 1DTensorOf<[I1]>;
def Costate_Column : 1DTensorOf<[I1, I32, I64, F32, F64]>; // f32 where NarrowReals asks for it
def Costate_Array : TensorOf<[I1, I32, I64, F32, F64]>; // of any number of dimensions, rows first
def Costate_Scalar : AnyTypeOf<[I1, I32, I64, F32, F64, Index]>;
def Costate_Value : AnyTypeOf<[Costate_Scalar, Costate_Array]>; // what functions compute with
def Costate_Keys : 1DTensorOf<[I32, I64]>;

#endif
