// The coordinator's process: the real core, and a shell that signs and routes.
#include <algorithm>

#include "tests/property/books.h"

namespace mainstay::model {

namespace {

using coordinator::CoordinatorEffects;
using Word = Message::Kind;

// Of batches and acknowledgements; longer than any state lies ahead.
constexpr Duration kPaperLifetime = 24h;

void commit(Work& work, const CoordinatorEffects& effects) {
  CentreDisk& disk = work.centre().disk;
  std::vector<HostId> given_back;
  for (const auto& write : effects.writes) {
    // A start needs the end of the chain only.
    const std::string key =
        std::holds_alternative<AuditRow>(write.row) ? std::string(kAuditPrefix) : key_of(write.row);
    if (!write.erase) {
      disk[key] = std::make_shared<const CoordinatorRow>(write.row);
      continue;
    }
    disk.erase(key);
    if (const auto* slot = std::get_if<SlotRow>(&write.row)) given_back.push_back(slot->host);
  }
  for (const auto& host : given_back) slot_is_back(work, host);
}

struct CarryOut {
  Work& work;

  void operator()(const coordinator::SendDispatches& order) const {
    for (const auto& item : order.items) dispatch(item, order.term);
  }

  void operator()(const coordinator::SendAcknowledgement& order) const {
    acknowledgement_leaves(work, order.attempt, order.record);
    const Acknowledgement paper{
        .header = {.required_features = {}, .not_after = kDawn + kPaperLifetime},
        .attempt = order.attempt,
        .record = order.record,
        .term = order.term};
    Message message{.kind = Word::Acknowledgement, .host = work.setup.place_of(order.host)};
    message.hash = (Hash() << message.kind << order.attempt << order.record).value();
    message.text = "the acknowledgement of " + work.setup.name_of(order.attempt);
    message.to_host = executor::AcknowledgementOffered{
        work.setup.signed_by(work.setup.dispatch_key, context::kAcknowledgement, paper)};
    work.send(std::move(message));
  }

  void operator()(const coordinator::SendBeacon& order) const {
    Beacon paper = order.beacon;
    paper.audit = {};
    term_leaves(work, paper.term);
    const executor::BeaconOffered event{
        work.setup.signed_by(work.setup.dispatch_key, context::kBeacon, paper)};
    for (const auto& [link, id] : work.see_centre().state.links) {
      const std::size_t place = work.setup.place_of(link);
      if (work.deaf != place) {
        executor_takes(work, place, event);
        continue;
      }
      Message message{.kind = Word::Beacon, .host = place};
      message.rank = (std::uint64_t{paper.term.value} << 32U) | paper.sequence;
      message.hash = (Hash() << message.kind << message.host << message.rank << paper.wall).value();
      message.text = "beacon " + std::to_string(paper.sequence) + " of term " +
                     std::to_string(paper.term.value);
      message.not_after = paper.header.not_after;
      message.to_host = event;
      work.send(std::move(message));
    }
  }

  void operator()(const coordinator::GoOn&) const { centre_takes(work, coordinator::WentOn{}); }
  // Hosts look and report whenever they like; keys, labels and drafts lead nowhere here.
  void operator()(const coordinator::SendOrder&) const {}
  void operator()(const coordinator::SendAdmitted&) const {}
  void operator()(const coordinator::FreezePlan&) const {}
  void operator()(const coordinator::SendEnrolReply&) const {}
  void operator()(const coordinator::UseFeed&) const {}
  void operator()(const coordinator::Answer& order) const { work.verdict = order.verdict; }

 private:
  void dispatch(const coordinator::DispatchItem& item, Term term) const {
    const Papers& papers = work.setup.papers_of(item.attempt.plan);
    Message message{.kind = Word::Dispatch, .host = work.setup.place_of(item.host)};
    message.text = "the dispatch of " + work.setup.name_of(item.attempt);
    Hash hash;
    hash << message.kind << item.attempt << item.permit.has_value();
    executor::DispatchOffered event{.attempt = item.attempt,
                                    .dispatch = {},
                                    .plan = papers.plan,
                                    .head = papers.head,
                                    .leaf_bytes = papers.leaf_bytes.at(item.leaf),
                                    .leaf = papers.leaves.at(item.leaf),
                                    .proof = papers.proofs.at(item.leaf),
                                    .permit = std::nullopt};
    if (item.permit) {
      term_leaves(work, item.permit->term);
      hash << item.permit->term << item.permit->boot << item.permit->not_after;
      message.text += item.permit->not_after == kPermitToClose ? ", to close it" : "";
      message.text += ", term " + std::to_string(item.permit->term.value);
      message.rank = (std::uint64_t{item.permit->term.value} << 48U) |
                     static_cast<std::uint64_t>(to_ms(item.permit->not_after));
      message.permit = item.permit;
      event.permit = slip(*item.permit, term);
    }
    message.hash = hash.value();
    message.to_host = std::move(event);
    work.send(std::move(message));
    if (item.permit) permit_leaves(work, *item.permit);
  }

  /// Each permit is a batch of its own.
  [[nodiscard]] executor::ProvenPermit slip(const Permit& permit, Term term) const {
    const Bytes bytes = encode(permit);
    const Digest tree[] = {leaf_digest(bytes)};
    const PermitBatch batch{
        .header = {.required_features = {}, .not_after = kDawn + kPaperLifetime},
        .term = term,
        .root = root_of(tree),
        .audit = {}};
    return {.batch = work.setup.signed_by(work.setup.dispatch_key, context::kPermits, batch),
            .bytes = bytes,
            .permit = permit,
            .proof = proof_of(tree, 0)};
  }
};

}  // namespace

void centre_takes(Work& work, const coordinator::Event& event) {
  const std::uint32_t starts = work.centre_starts;
  Rng rng(1);
  const CoordinatorEffects effects = coordinator::step(
      work.centre().state, event, work.setup.centre_limits, now_of_centre(work.world()), rng);
  commit(work, effects);
  if (!effects.writes.empty() && !effects.commands.empty() && work.dies_here()) {
    start_centre(work);
    return;
  }
  for (const auto& command : effects.commands) {
    std::visit(CarryOut{work}, command);
    if (work.centre_starts != starts) return;  // it died of the step that this command led to
  }
}

void start_centre(Work& work) {
  work.centre_starts += 1;
  Centre& centre = work.centre();
  std::vector<CoordinatorRow> rows;
  for (const auto& [key, row] : centre.disk) rows.push_back(*row);
  centre.state = coordinator::restore(std::move(rows));
  centre.spoken_before = std::max(centre.spoken_before, centre.spoken);
  centre.spoken.reset();
  centre_takes(work, coordinator::Restarted{});
}

}  // namespace mainstay::model
