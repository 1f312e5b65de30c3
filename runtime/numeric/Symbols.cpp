// The functions that generated code may call, by name.
#include "costate/rt/Functions.h"

extern "C" {

void *_mlir_memref_to_llvm_aligned_alloc(int64_t, int64_t bytes) { return costate_allocate(bytes); }
void _mlir_memref_to_llvm_free(void *memory) { costate_release(memory); }

#define SYMBOL(name)                                                                                         \
  { #name, reinterpret_cast < void *>(name) }
const costate_symbol costate_symbols[] = {SYMBOL(_mlir_memref_to_llvm_aligned_alloc),
                                          SYMBOL(_mlir_memref_to_llvm_free),
                                          SYMBOL(costate_argsort),
                                          SYMBOL(costate_argsort_integers),
                                          SYMBOL(costate_at),
                                          SYMBOL(costate_cholesky),
                                          SYMBOL(costate_cofactors),
                                          SYMBOL(costate_complex_gaps),
                                          SYMBOL(costate_conv_full),
                                          SYMBOL(costate_det),
                                          SYMBOL(costate_eig),
                                          SYMBOL(costate_eigh),
                                          SYMBOL(costate_expm),
                                          SYMBOL(costate_factor),
                                          SYMBOL(costate_factor_solve),
                                          SYMBOL(costate_factor_solve_transposed),
                                          SYMBOL(costate_fail_converged),
                                          SYMBOL(costate_fail_within),
                                          SYMBOL(costate_fft),
                                          SYMBOL(costate_fft2),
                                          SYMBOL(costate_gaps),
                                          SYMBOL(costate_goes_on),
                                          SYMBOL(costate_ifft),
                                          SYMBOL(costate_ifft2),
                                          SYMBOL(costate_inv),
                                          SYMBOL(costate_irfft),
                                          SYMBOL(costate_logdet),
                                          SYMBOL(costate_lower_solve),
                                          SYMBOL(costate_lower_solve_transposed),
                                          SYMBOL(costate_lu),
                                          SYMBOL(costate_normal_quantile),
                                          SYMBOL(costate_product),
                                          SYMBOL(costate_product_single),
                                          SYMBOL(costate_masked_product),
                                          SYMBOL(costate_masked_product_single),
                                          SYMBOL(costate_qr),
                                          SYMBOL(costate_rfft),
                                          SYMBOL(costate_searchsorted),
                                          SYMBOL(costate_searchsorted_right),
                                          SYMBOL(costate_sparse_solve),
                                          SYMBOL(costate_sparse_solve_transposed),
                                          SYMBOL(costate_stream),
                                          SYMBOL(costate_svd),
                                          SYMBOL(costate_tape_all),
                                          SYMBOL(costate_tape_begin),
                                          SYMBOL(costate_tape_end),
                                          SYMBOL(costate_tape_next),
                                          SYMBOL(costate_tape_release),
                                          SYMBOL(costate_tape_restart),
                                          SYMBOL(costate_tape_seek),
                                          SYMBOL(costate_tape_start),
                                          SYMBOL(costate_tape_state),
                                          SYMBOL(costate_tape_steps),
                                          SYMBOL(costate_uniform),
                                          {nullptr, nullptr}};
#undef SYMBOL
}
