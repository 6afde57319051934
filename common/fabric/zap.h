// Inside this folder only: answers libzmq's question who may connect (ZeroMQ RFC 27, ZAP), on a
// thread of its own, for all servers of one context by their domains.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <zmq.hpp>

#include "common/core/bytes.h"
#include "common/fabric/admission.h"
#include "common/fabric/context.h"

namespace mainstay::fabric {

inline constexpr const char* kSaltProperty = "X-Mainstay-Salt";

class Zap {
 public:
  /// Returns once the handler is bound: no server may be before it.
  static Result<std::unique_ptr<Zap>> start(zmq::context_t& context, std::string salt);
  ~Zap();
  Zap(const Zap&) = delete;
  Zap& operator=(const Zap&) = delete;

  void add(const std::string& domain, std::shared_ptr<Admission> admission);
  void remove(const std::string& domain);
  void break_for_test(ZapFault fault);

 private:
  Zap(zmq::socket_t handler, zmq::socket_t order_in, zmq::socket_t order_out, std::string salt);
  void serve();
  void answer();
  bool decide(const std::vector<Bytes>& request, LinkKey& key);
  void reply(const std::vector<Bytes>& request, const LinkKey* key);

  zmq::socket_t handler_;
  zmq::socket_t order_in_;   // this side of the thread
  zmq::socket_t order_out_;  // the caller's
  const std::string salt_;
  std::mutex mutex_;  // servers come and go on the loop's thread
  // Shared: a server may go while a decision about it is under way.
  std::map<std::string, std::shared_ptr<Admission>> admissions_;
  std::thread thread_;
};

}  // namespace mainstay::fabric
