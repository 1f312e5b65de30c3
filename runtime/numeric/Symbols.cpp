// The functions that generated code may call, by name.
#include "costate/rt/Functions.h"

extern "C" {

void *_mlir_memref_to_llvm_aligned_alloc(int64_t, int64_t bytes) { return costate_allocate(bytes); }
void _mlir_memref_to_llvm_free(void *memory) { costate_release(memory); }

#define SYMBOL(name)                                                                                         \
  { #name, reinterpret_cast < void *>(name) }
const costate_symbol costate_symbols[] = {SYMBOL(_mlir_memref_to_llvm_aligned_alloc),
                                          SYMBOL(_mlir_memref_to_llvm_free),
                                          SYMBOL(costate_fail_within),
                                          SYMBOL(costate_goes_on),
                                          SYMBOL(costate_product),
                                          SYMBOL(costate_tape_begin),
                                          SYMBOL(costate_tape_end),
                                          SYMBOL(costate_tape_load),
                                          SYMBOL(costate_tape_release),
                                          SYMBOL(costate_tape_save),
                                          SYMBOL(costate_tape_steps),
                                          {nullptr, nullptr}};
#undef SYMBOL
}
