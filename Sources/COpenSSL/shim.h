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
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <openssl/x509_vfy.h>
#include <openssl/ec.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

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

static const unsigned long copenssl_name_flags = XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB;
static const int copenssl_name_dns = GEN_DNS;
static const int copenssl_name_ip = GEN_IPADD;

// The stacks of OpenSSL are macros. With an index below 0: how many alternative names of that kind a certificate has;
// else the length of that one, written to the text.
static inline int copenssl_alternative_names(const X509 *_Nonnull certificate, int kind, int index, char *_Nullable text,
                                             int room) {
  GENERAL_NAMES *names = (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
  int found = 0, length = 0;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names); i++) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
    if (name->type != kind) continue;
    if (found++ != index) continue;
    const unsigned char *bytes = ASN1_STRING_get0_data(kind == GEN_DNS ? name->d.dNSName : name->d.iPAddress);
    int count = ASN1_STRING_length(kind == GEN_DNS ? name->d.dNSName : name->d.iPAddress);
    if (kind == GEN_DNS) {
      length = count < room ? count : room - 1;
      memcpy(text, bytes, length);
      text[length] = 0;
    } else if (count == 4) {
      length = snprintf(text, room, "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2], bytes[3]);
    } else if (count == 16) {
      for (int part = 0; part < 16; part += 2)
        length += snprintf(text + length, room - length, part ? ":%x" : "%x", bytes[part] << 8 | bytes[part + 1]);
    }
  }
  GENERAL_NAMES_free(names);
  return index < 0 ? found : length;
}

// Judges a chain as a client of TLS does. The certificates behind the first are candidates in any order; the anchors are
// trusted, whether they sign themselves or not. Without a host, any is right. Weak keys and SHA-1 are refused at level 1 of
// SSL_CTX_set_security_level(3), as Go refuses them. Returns a code of X509_V, and which certificate it is about.
static inline int copenssl_verify(const X509 *_Nonnull const *_Nonnull chain, int count,
                                  const X509 *_Nonnull const *_Nonnull anchors, int anchor_count, int system_anchors,
                                  const char *_Nullable host, int is_address, time_t at, int *_Nonnull depth) {
  int code = X509_V_ERR_OUT_OF_MEM;
  *depth = 0;
  X509_STORE *store = X509_STORE_new();
  X509_STORE_CTX *context = X509_STORE_CTX_new();
  STACK_OF(X509) *others = sk_X509_new_null();
  int ok = store && context && others;
  for (int i = 1; ok && i < count; i++) ok = sk_X509_push(others, (X509 *)chain[i]) > 0;
  for (int i = 0; ok && i < anchor_count; i++) ok = X509_STORE_add_cert(store, (X509 *)anchors[i]);
  // A host without certificates of its own has no file, which is no failure.
  if (ok && system_anchors) X509_STORE_set_default_paths(store), ERR_clear_error();
  ok = ok && X509_STORE_CTX_init(context, store, (X509 *)chain[0], others);
  if (ok) {
    X509_VERIFY_PARAM *wanted = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    X509_VERIFY_PARAM_set_auth_level(wanted, 1);
    X509_VERIFY_PARAM_set_time(wanted, at);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    ok = X509_VERIFY_PARAM_set_purpose(wanted, X509_PURPOSE_SSL_SERVER)
      && (!host || (is_address ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host) : X509_VERIFY_PARAM_set1_host(wanted, host, 0)));
  }
  if (ok) {
    X509_verify_cert(context);
    code = X509_STORE_CTX_get_error(context);
    *depth = X509_STORE_CTX_get_error_depth(context);
  }
  ERR_clear_error();
  sk_X509_free(others);
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  return code;
}

static const unsigned int copenssl_self_signed_flag = EXFLAG_SS;
static const int copenssl_host_flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;

static inline int copenssl_is_address(const char *_Nonnull text) {
  ASN1_OCTET_STRING *address = a2i_IPADDRESS(text);
  ASN1_OCTET_STRING_free(address);
  return address != NULL;
}

static inline int copenssl_add_extension(X509 *_Nonnull certificate, int kind, const char *_Nonnull value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
  int added = extension && X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  return added;
}

/// A certificate for a name that its own key, on the curve P-256, signs. Both are the caller's to free.
static inline X509 *_Nullable copenssl_self_signed(const char *_Nonnull name, const char *_Nonnull alternative, int days,
                                                   EVP_PKEY *_Nullable *_Nonnull key) {
  *key = EVP_EC_gen("P-256");
  X509 *certificate = X509_new();
  BIGNUM *serial = BN_new();
  // A common name has 64 characters at most; the alternative name is what counts.
  int fits = strlen(name) <= 64;
  X509_NAME *subject = certificate ? X509_get_subject_name(certificate) : NULL;
  int ok = *key && certificate && serial && X509_set_version(certificate, 2)
    && BN_rand(serial, 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY)
    && BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate))
    && X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
    && X509_gmtime_adj(X509_getm_notAfter(certificate), (long)days * 86400)
    && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)(fits ? name : "snap-proxy"), -1,
                                  -1, 0)
    && X509_set_issuer_name(certificate, subject) && X509_set_pubkey(certificate, *key)
    && copenssl_add_extension(certificate, NID_subject_alt_name, alternative)
    && copenssl_add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
    && copenssl_add_extension(certificate, NID_key_usage, "critical,digitalSignature,keyCertSign")
    && copenssl_add_extension(certificate, NID_ext_key_usage, "serverAuth")
    && copenssl_add_extension(certificate, NID_subject_key_identifier, "hash")
    && X509_sign(certificate, *key, EVP_sha256());
  BN_free(serial);
  if (ok) return certificate;
  X509_free(certificate);
  EVP_PKEY_free(*key);
  *key = NULL;
  return NULL;
}
