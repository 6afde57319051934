#include "agent/collect/service/look.h"

namespace mainstay::agent::service {

std::string_view help_of_service() {
  return R"(mainstay-collect service - units that failed or flap, timers that are late, PostgreSQL servers

usage: mainstay-collect service [--file FILE]

--file FILE  instead of /etc/mainstay/service.yaml, which names PostgreSQL servers; units need no file

The file; the user needs the role pg_monitor, and all limits may be left out:
  kind: service
  name: db
  postgres:
    - name: orders
      host: /run/postgresql        # or a name; port, user, database, service: as in libpq
      user: mainstay
      password_file: /etc/mainstay/orders.password   # mode 0600; or password_credential: NAME
      max_lag: 1m
      max_transaction: 1h
      max_vacuum_age: 7d
      max_dead: 40%                # of a table's rows
      max_xid_age: 14%             # of 2^31

Reads only, by `systemctl show` and `psql`.

example:
  mainstay-collect service --file /etc/mainstay/service.yaml
)";
}

}  // namespace mainstay::agent::service
