#include "sim/kernel/child_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <new>

#include "sim/base/errors.hpp"

// Present in coverage builds only, which ask the linker for it: writes the counters that _exit would lose.
extern "C" void __gcov_dump() __attribute__((weak));  // NOLINT(readability-identifier-naming)

namespace coinfer {
namespace {

/// What comes through the pipe: one of these, the number of bytes, the bytes.
enum class Message : std::uint8_t { result, input_error, run_error, output_error };

struct Header {
  Message kind = Message::result;
  std::uint64_t size = 0;
};

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor const&) = delete;
  Descriptor& operator=(Descriptor const&) = delete;
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

bool write_all(int descriptor, void const* from, std::size_t size) {
  auto const* at = static_cast<char const*>(from);
  while (size > 0) {
    ssize_t const written = ::write(descriptor, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

/// False when the stream ends first.
bool read_all(int descriptor, void* into, std::size_t size) {
  auto* at = static_cast<char*>(into);
  while (size > 0) {
    ssize_t const got = ::read(descriptor, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

Message carry_out(std::function<std::string()> const& work, std::string& text) {
  try {
    text = work();
    return Message::result;
  } catch (InputError const& error) {
    text = error.what();
    return Message::input_error;
  } catch (OutputError const& error) {
    text = error.what();
    return Message::output_error;
  } catch (RunError const& error) {
    text = error.what();
    return Message::run_error;
  } catch (std::bad_alloc const&) {
    text = memory_exhausted;
    return Message::run_error;
  } catch (std::exception const& error) {
    text = std::string("the simulation process failed (") + error.what() + ")";
    return Message::run_error;
  } catch (...) {
    text = "the simulation process failed (unknown exception)";
    return Message::run_error;
  }
}

[[noreturn]] void be_the_child(std::function<std::string()> const& work, pid_t parent, int to_parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // It ended before the line above.
  for (int const number : std::array<int, 2>{SIGINT, SIGTERM}) {
    struct sigaction action {};
    ::sigaction(number, nullptr, &action);
    if (action.sa_handler != SIG_IGN) std::signal(number, SIG_DFL);
  }
  std::string text;
  Header header;
  header.kind = carry_out(work, text);
  header.size = text.size();
  std::cout.flush();
  std::fflush(nullptr);
  bool const sent = write_all(to_parent, &header, sizeof header) && write_all(to_parent, text.data(), text.size());
  if (__gcov_dump != nullptr) __gcov_dump();
  // Destructors of static objects, and SimGrid's, belong to the parent.
  ::_exit(sent ? 0 : 1);
}

std::string describe_end(int status) {
  if (WIFSIGNALED(status)) {
    int const number = WTERMSIG(status);
    return "the simulation process ended with signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
  }
  return "the simulation process ended with exit code " + std::to_string(WEXITSTATUS(status)) + " and no result";
}

}  // namespace

std::string run_in_child(std::function<std::string()> const& work) {
  // What waits in a buffer here would be written by both processes.
  std::cout.flush();
  std::fflush(nullptr);

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw RunError(std::string("cannot start a simulation process (") + std::strerror(errno) + ")");
  }
  Descriptor from_child(ends[0]);
  Descriptor to_parent(ends[1]);
  pid_t const parent = ::getpid();
  pid_t const child = ::fork();
  if (child < 0) throw RunError(std::string("cannot start a simulation process (") + std::strerror(errno) + ")");
  if (child == 0) {
    from_child.close();
    be_the_child(work, parent, to_parent.number());
  }
  to_parent.close();

  Header header;
  std::string text;
  bool complete = read_all(from_child.number(), &header, sizeof header);
  if (complete) {
    text.resize(header.size);
    complete = read_all(from_child.number(), text.data(), text.size());
  }
  from_child.close();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!complete || !WIFEXITED(status) || WEXITSTATUS(status) != 0) throw RunError(describe_end(status));
  switch (header.kind) {
    case Message::result:
      return text;
    case Message::input_error:
      throw InputError(text);
    case Message::output_error:
      throw OutputError(text);
    case Message::run_error:
      break;
  }
  throw RunError(text);
}

}  // namespace coinfer
