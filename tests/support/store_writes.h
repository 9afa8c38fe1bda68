// What tests ask of a store that they can make fail, however it is made.
#pragma once

namespace cardea {

// How many rows each kind of write has changed; a refused write counts nothing.
struct FakeWrites {
  int users = 0;  // all that changes a user, but for note_sign_in
  int sign_ins_noted = 0;
  int provider_identities = 0;  // add_provider_identity, remove_provider_identity
  int sessions = 0;             // add_session
  int rotations = 0;
  int revocations = 0;
  int events = 0;
  int throttles = 0;
  int identities = 0;
  int legacy_tokens = 0;  // add_legacy_token, claim_legacy_token
  int tallies = 0;
  int purged = 0;
  [[nodiscard]] int total() const {
    return users + sign_ins_noted + sessions + rotations + revocations + events + throttles + identities +
           provider_identities + legacy_tokens + tallies + purged;
  }
  bool operator==(const FakeWrites&) const = default;
};

enum class ForcedRotation {
  unknown_though_moved,  // the row moves, the answer is lost on the way
  unknown_not_moved,     // the connection broke before the statement arrived
};

}  // namespace cardea
