#include "agent/collect/certificate/draft.h"

#include <algorithm>

#include "common/core/span_text.h"

namespace mainstay::agent::certificate {
namespace {

template <class T>
void add_once(std::vector<T>& to, T value) {
  if (std::ranges::find(to, value) == to.end()) to.push_back(std::move(value));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : "; ") + word;
  return text;
}

std::string port_text(const PortAnswer& answer) {
  return "port " + std::to_string(answer.asked.port) + " ";
}

std::int64_t to_seconds(WallTime at) {
  return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
}

const std::string& name_or(const Certificate& certificate, const std::string& other) {
  return certificate.name.empty() ? other : certificate.name;
}

}  // namespace

Draft::Draft(const FileCertificate& file, const Look& look)
    : leaf_(file.chain[0]),
      subject_(name_or(file.chain[0], file.path.substr(file.path.rfind('/') + 1))),
      where_(file.path) {
  if (file.copies > 0) where_ += " and " + std::to_string(file.copies) + " more";
  for (std::string& words : weaknesses_of(*leaf_, look.span)) problems_.push_back(std::move(words));
  note_unknowns(*leaf_);
  note_chain(file.chain, look);
}

Draft::Draft(const PortAnswer& answer, const Look& look)
    : subject_(answer.asked.sni.empty() ? "port " + std::to_string(answer.asked.port)
                                        : answer.asked.sni) {
  if (answer.served.end == Served::End::Chain) {
    leaf_ = answer.served.chain[0];
    if (answer.asked.sni.empty()) subject_ = name_or(*leaf_, subject_);
    for (std::string& words : weaknesses_of(*leaf_, look.span)) {
      problems_.push_back(std::move(words));
    }
    note_unknowns(*leaf_);
  }
  add(answer, look);
}

void Draft::note_unknowns(const Certificate& certificate) {
  if (certificate.key == Key::Other) unknowns_.push_back(key_text(certificate));
  if (certificate.signature == Signature::Unknown && !certificate.is_self_issued) {
    unknowns_.emplace_back("a signature of an unknown kind");
  }
}

void Draft::note_chain(const std::vector<Certificate>& chain, const Look& look) {
  for (const std::size_t place : follow_chain(chain, look.roots).path) {
    const Certificate& link = chain[place];
    if (!first_end_ || link.not_after < *first_end_) first_end_ = link.not_after;
    if (place == 0) continue;
    for (const std::string& words : weaknesses_of(link, look.span)) {
      add_once(problems_, "issuer " + name_or(link, link.issuer) + " " + words);
    }
  }
}

void Draft::judge_served(const PortAnswer& answer, const Look& look) {
  const std::string port = port_text(answer);
  const Certificate& leaf = answer.served.chain[0];
  if (is_same(leaf)) {
    add_once(ports_same_, answer.asked.port);
  } else {
    add_once(problems_, port + "serves another certificate than the file");
    for (const std::string& words : weaknesses_of(leaf, look.span)) {
      add_once(problems_, "the served one " + words);
    }
  }
  const std::string& name = answer.asked.sni;
  if (!name.empty() && !covers(leaf, name)) {
    add_once(problems_,
             port + "answers " + name + " with a certificate for " + name_or(leaf, "nobody"));
  }
  const Chain chain = follow_chain(answer.served.chain, look.roots);
  if (!chain.is_complete && !look.roots.unread().empty()) {
    add_once(unknowns_, port + "serves a chain without " + chain.missing +
                            ", which may be a root that cannot be read: " + look.roots.unread());
  } else if (!chain.is_complete) {
    add_once(problems_, port + "serves an incomplete chain, " + chain.missing + " is missing");
  }
  note_chain(answer.served.chain, look);
}

void Draft::add(const PortAnswer& answer, const Look& look) {
  add_once(ports_, answer.asked.port);
  if (answer.served.end == Served::End::Chain) {
    judge_served(answer, look);
  } else {
    add_once(unknowns_, port_text(answer) + answer.served.why);
  }
}

void Draft::note_stranger(const PortAnswer& answer, const std::string& set) {
  add_once(problems_, port_text(answer) + "serves what is in no file of " + set);
}

bool Draft::is_same(const Certificate& other) const {
  return leaf_ && leaf_->fingerprint == other.fingerprint;
}

bool Draft::covers_name(const std::string& name) const {
  return leaf_ && covers(*leaf_, name);
}

std::string Draft::proved_text(const Look& look) const {
  std::string text;
  if (!ports_same_.empty()) {
    text = where_.empty() ? "served on" : "served = file on";
    for (const std::uint16_t port : ports_same_) text += " " + std::to_string(port);
    text += ", ";
  }
  text += span_text(leaf_->not_after - look.span.now) + " left; " + key_text(*leaf_) + ", ";
  return text + (leaf_->is_self_issued ? "self-signed" : "by " + leaf_->issuer);
}

Finding Draft::finding(const Look& look) const {
  Finding made;
  made.topic = Topic::Certificate;
  made.subject = subject_;
  made.at = look.span.now;
  if (!problems_.empty()) {
    made.judgement = Judgement::Refuted;
    made.text = joined(problems_);
    if (!unknowns_.empty()) made.text += "; not known: " + joined(unknowns_);
  } else if (!unknowns_.empty() || !leaf_) {
    made.judgement = Judgement::NotProved;
    made.text = joined(unknowns_);
  } else {
    made.judgement = Judgement::Proved;
    made.text = proved_text(look);
  }
  if (!where_.empty()) made.text += "; " + where_;
  if (leaf_) {
    made.readings = {{Measure::ExpiresAtSeconds, to_seconds(leaf_->not_after)},
                     {Measure::LimitSeconds,
                      std::chrono::duration_cast<std::chrono::seconds>(look.span.warn).count()},
                     {Measure::KeyBits, leaf_->key_bits}};
  }
  if (!ports_.empty()) made.readings.push_back({Measure::Port, ports_[0]});
  return made;
}

}  // namespace mainstay::agent::certificate
