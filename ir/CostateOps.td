// All operations, for the generators.
include "ir/ArrayOps.td"
include "ir/CommandOps.td"
include "ir/ControlOps.td"
include "ir/ImplicitOps.td"
include "ir/MapOps.td"
include "ir/ProblemOps.td"
include "ir/RandomOps.td"
include "ir/SetOps.td"
