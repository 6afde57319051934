#include "agent/collect/certificate/look.h"

namespace mainstay::agent::certificate {

std::string_view help_of_certificate() {
  return R"(mainstay-collect certificate - certificates in files, and what the ports of this host serve

usage: mainstay-collect certificate [--file FILE] [--state DIR]

--file FILE  instead of /etc/mainstay/certificate.yaml; without that file: /etc/letsencrypt/live/*/fullchain.pem
--state DIR  remembers folders that did not answer, which are not asked again at each look

The file:
  kind: certificate
  name: web
  sets:
    - name: web
      files: [/etc/ssl/web.pem, /etc/ssl/site, /etc/ssl/more/*.crt]  # a file, a folder, a pattern in the last part
      password_file: /etc/mainstay/web.password    # of PKCS#12, mode 0600; or password_credential: NAME
      serve: [{port: 443, sni: web.example.net}]   # asked on 127.0.0.1 and ::1
      roots: [/etc/ssl/own-ca.pem]                 # end a chain, beside the system's
      warn: 30d                                    # the usual

Refuted is what has ended or ends within `warn`, has a weak key or signature, or is served otherwise than
it is in the file, for another name, or without an issuer. Private keys are not read.

example:
  mainstay-collect certificate --file /etc/mainstay/certificate.yaml
)";
}

}  // namespace mainstay::agent::certificate
