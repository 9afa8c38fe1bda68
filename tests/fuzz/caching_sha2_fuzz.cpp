// What a MySQL server sends while an account signs in by caching_sha2_password. The first byte is the privacy of the wire; each
// packet has its length before it, in two bytes.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/require.h"
#include "store/mysql/caching_sha2.h"

namespace {

using namespace cardea;

constexpr std::string_view password = "correct horse battery";
constexpr WirePrivacy wires[] = {WirePrivacy::sealed, WirePrivacy::this_machine, WirePrivacy::open};

// Says the packets of the input in turn, then the connection is lost.
class Server final : public PacketChannel {
 public:
  Server(std::string_view packets, WirePrivacy wire) : packets_(packets), wire_(wire) {}

  std::optional<std::string> read() override {
    if (packets_.size() < 2) return std::nullopt;
    const auto high = static_cast<unsigned char>(packets_[0]);
    const auto low = static_cast<unsigned char>(packets_[1]);
    const auto packet = packets_.substr(2, static_cast<std::size_t>(high) << 8 | low);
    packets_.remove_prefix(2 + packet.size());
    return std::string(packet);
  }
  bool write(std::string_view packet) override {
    heard.emplace_back(packet);
    return true;
  }
  WirePrivacy privacy() override { return wire_; }

  std::vector<std::string> heard;

 private:
  std::string_view packets_;
  WirePrivacy wire_;
};

// The password itself goes over a sealed wire only; over an open one nothing goes but its proof.
void check_secrecy(const Server& server, WirePrivacy wire) {
  require(server.heard.size() <= (wire == WirePrivacy::open ? 1U : 3U));
  for (const auto& packet : server.heard)
    require(wire == WirePrivacy::sealed || packet.find(password) == packet.npos);
  if (!server.heard.empty()) require(server.heard.front().size() == Digest{}.size());
}

void check_outcome(const Server& server, WirePrivacy wire, Sha2Outcome outcome) {
  require(outcome != Sha2Outcome::sent || !server.heard.empty());
  require(outcome != Sha2Outcome::needs_tls || wire == WirePrivacy::open);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto wire = wires[data[0] % std::size(wires)];
  Server server(text.substr(1), wire);
  const auto outcome = sign_in_by_sha2(server, password);
  check_secrecy(server, wire);
  check_outcome(server, wire, outcome);
  return 0;
}
