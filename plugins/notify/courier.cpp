#include "courier.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include <weir/fault.hpp>

namespace weir::notify {
namespace {

constexpr size_t kReplyBytes = 300;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

List list_of(const std::vector<std::string>& texts) {
  List made;
  for (const std::string& text : texts) {
    curl_slist* const grown = curl_slist_append(made.get(), text.c_str());
    if (grown == nullptr) throw std::bad_alloc();
    static_cast<void>(made.release());
    made.reset(grown);
  }
  return made;
}

size_t keep_reply(char* bytes, size_t, size_t size, void* to) {
  auto& reply = *static_cast<std::string*>(to);
  reply.append(bytes, std::min(size, kReplyBytes - std::min(kReplyBytes, reply.size())));
  return size;
}

size_t give_body(char* into, size_t, size_t room, void* from) {
  auto& rest = *static_cast<std::string_view*>(from);
  const size_t size = std::min(room, rest.size());
  std::memcpy(into, rest.data(), size);
  rest.remove_prefix(size);
  return size;
}

/// Asked by libcurl as often as it works; anything but 0 gives the transfer up.
int must_give_up(void* is_cancelled, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return *static_cast<std::atomic<bool>*>(is_cancelled) ? 1 : 0;
}

/// The first line of a reply, without what a terminal would act on.
std::string printable(std::string_view reply) {
  std::string made;
  for (const char c : reply.substr(0, reply.find_first_of("\r\n")))
    made += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return made;
}

/// Which answers say that this very letter is wrong. A wrong key or address is not the letter's fault:
/// someone may set it right, and the letter is kept until then.
bool is_refusal(int64_t status) { return status == 400 || status == 413 || status == 415 || status == 422; }

Delivery judged(CURL* easy, CURLcode code, const char* error, const Letter& letter,
                const std::string& reply) {
  using Outcome = Delivery::Outcome;
  int64_t status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  if (code != CURLE_OK) {
    std::string reason = *error != '\0' ? error : curl_easy_strerror(code);
    if (letter.way == Letter::Way::kMail && status != 0)
      reason += " (the server answers " + std::to_string(status) + ")";
    return {Outcome::kFailed, reason};
  }
  if (letter.way == Letter::Way::kMail || (status >= 200 && status < 300)) return {};
  std::string reason = "the receiver answers " + std::to_string(status);
  if (!reply.empty()) reason += ": " + printable(reply);
  curl_off_t wait_s = 0;
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &wait_s);
  return {is_refusal(status) ? Outcome::kRefused : Outcome::kFailed, reason,
          std::chrono::seconds(std::clamp<int64_t>(wait_s, 0, 3600))};
}

void set_http(CURL* easy, const Letter& letter, const curl_slist* headers) {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  if (letter.way == Letter::Way::kGet) return;
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(letter.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, letter.body.c_str());
}

void set_mail(CURL* easy, const Letter& letter, const curl_slist* to, std::string_view* body) {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_USE_SSL,
                   letter.needs_tls ? int64_t{CURLUSESSL_ALL} : int64_t{CURLUSESSL_NONE});
  if (!letter.user.empty()) curl_easy_setopt(easy, CURLOPT_USERNAME, letter.user.c_str());
  if (!letter.password.empty()) curl_easy_setopt(easy, CURLOPT_PASSWORD, letter.password.c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, letter.from.c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &give_body);
  curl_easy_setopt(easy, CURLOPT_READDATA, body);
}

}  // namespace

Courier::Courier(weir_context* context, std::optional<std::string> ca_file)
    : ca_file_(std::move(ca_file)), arrived_(context) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  multi_ = curl_multi_init();
  easy_ = curl_easy_init();
  if (multi_ == nullptr || easy_ == nullptr) throw std::bad_alloc();
  thread_ = std::thread([this] { run(); });
}

Courier::~Courier() {
  {
    const std::lock_guard lock(mutex_);
    must_end_ = true;
  }
  cancel();
  has_work_.notify_one();
  thread_.join();
  // libcurl takes its leave of a mail server and waits for the answer, for minutes: it shall find none
  // coming.
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RD);
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
}

void Courier::send(Letter letter) {
  is_busy_ = true;
  {
    const std::lock_guard lock(mutex_);
    letter_ = std::move(letter);
  }
  has_work_.notify_one();
}

std::optional<Delivery> Courier::take() {
  const std::lock_guard lock(mutex_);
  if (delivery_) is_busy_ = false;
  return std::exchange(delivery_, std::nullopt);
}

void Courier::cancel() {
  is_cancelled_ = true;
  curl_multi_wakeup(multi_);
}

void Courier::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    has_work_.wait(lock, [this] { return must_end_ || letter_.has_value(); });
    if (must_end_) return;
    const Letter letter = *std::exchange(letter_, std::nullopt);
    lock.unlock();
    Delivery delivery;
    try {
      delivery = deliver(letter);
    } catch (const std::bad_alloc&) {
      delivery = {Delivery::Outcome::kFailed, "out of memory"};
    }
    lock.lock();
    delivery_ = std::move(delivery);
    lock.unlock();
    arrived_.signal();
  }
}

Delivery Courier::deliver(const Letter& letter) {
  char error[CURL_ERROR_SIZE] = "";
  std::string reply;
  std::string_view body = letter.body;
  const List list = list_of(letter.way == Letter::Way::kMail ? letter.to : letter.headers);
  curl_easy_reset(easy_);
  curl_easy_setopt(easy_, CURLOPT_URL, letter.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, "weir");
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<int64_t>(letter.timeout.count() / 1000));
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &keep_reply);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &reply);
  if (ca_file_) curl_easy_setopt(easy_, CURLOPT_CAINFO, ca_file_->c_str());
  curl_easy_setopt(easy_, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy_, CURLOPT_XFERINFOFUNCTION, &must_give_up);
  curl_easy_setopt(easy_, CURLOPT_XFERINFODATA, &is_cancelled_);
  if (letter.way == Letter::Way::kMail)
    set_mail(easy_, letter, list.get(), &body);
  else
    set_http(easy_, letter, list.get());
  curl_multi_add_handle(multi_, easy_);
  CURLcode code = CURLE_ABORTED_BY_CALLBACK;
  // When it is cancelled libcurl must fail by itself: who takes a mail away from it in the middle waits in
  // curl_multi_remove_handle() for the server, which may never answer.
  int running = 1;
  while (running != 0) {
    curl_multi_perform(multi_, &running);
    if (running != 0) curl_multi_poll(multi_, nullptr, 0, is_cancelled_ ? 1 : 1000, nullptr);
  }
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_, &left))
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  const Delivery delivery = judged(easy_, code, error, letter, reply);
  curl_socket_t kept = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy_, CURLINFO_ACTIVESOCKET, &kept);
  socket_ = kept;
  curl_multi_remove_handle(multi_, easy_);
  return delivery;
}

}  // namespace weir::notify
