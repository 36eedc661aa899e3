#pragma once
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/pem.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/crypto.h>

// Swift does not import macros that are made of other macros.
static const int copenssl_public_key = EVP_PKEY_PUBLIC_KEY;
static const int copenssl_key_pair = EVP_PKEY_KEYPAIR;

// The context keeps the pointers to the names, and to the key, which the caller must keep in place.
static inline OSSL_DECODER_CTX *copenssl_rsa_decoder(EVP_PKEY **key, int selection) {
  return OSSL_DECODER_CTX_new_for_pkey(key, "PEM", NULL, "RSA", selection, NULL, NULL);
}

// The builder keeps the pointers to the names, so these must outlive the call: C's literals do, Swift's strings do not.
static inline int copenssl_push_public_numbers(OSSL_PARAM_BLD *builder, const BIGNUM *modulus, const BIGNUM *exponent) {
  return OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus)
    && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent);
}
