#include "scenarios/sweep/sweep_workers.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <vector>

#include "sim/base/errors.hpp"
#include "sim/base/system_reason.hpp"

// Present in coverage builds only: writes the counters that _exit would lose.
extern "C" void __gcov_dump() __attribute__((weak));  // NOLINT(readability-identifier-naming)

namespace coinfer {

namespace {

std::uint64_t constexpr no_item = ~std::uint64_t{0};

/// What the processes tell each other, in memory that all of them share.
struct Board {
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> done{0};
  std::array<char, 1024> error{};  ///< of the worker that ends with one of the exit codes below
  std::atomic<std::uint64_t>* current() { return reinterpret_cast<std::atomic<std::uint64_t>*>(this + 1); }
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

int constexpr ended_by_output = 3;
int constexpr ended_by_exception = 4;

class SharedBoard {
 public:
  explicit SharedBoard(std::uint32_t jobs) : size_(sizeof(Board) + jobs * sizeof(std::atomic<std::uint64_t>)) {
    void* const memory = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();  // NOLINT(performance-no-int-to-ptr)
    board_ = new (memory) Board;
    for (std::uint32_t i = 0; i < jobs; ++i) new (board_->current() + i) std::atomic<std::uint64_t>(no_item);
  }
  ~SharedBoard() { ::munmap(board_, size_); }
  SharedBoard(SharedBoard const&) = delete;
  SharedBoard& operator=(SharedBoard const&) = delete;
  [[nodiscard]] Board* operator->() const { return board_; }

 private:
  std::size_t size_;
  Board* board_;
};

/// Holds back the signals that the caller waits for instead.
class WaitedSignals {
 public:
  WaitedSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGCHLD);
    for (int const number : std::array<int, 2>{SIGINT, SIGTERM}) {
      struct sigaction action {};
      ::sigaction(number, nullptr, &action);
      // A program started with interrupts ignored goes on ignoring them.
      if (action.sa_handler != SIG_IGN) sigaddset(&set_, number);
    }
    sigprocmask(SIG_BLOCK, &set_, &before_);
  }
  ~WaitedSignals() { restore(); }
  WaitedSignals(WaitedSignals const&) = delete;
  WaitedSignals& operator=(WaitedSignals const&) = delete;
  void restore() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  /// Whether an interrupt came; waits for one, or for the end of a child, for a fifth of a second.
  [[nodiscard]] bool interrupted() const {
    timespec const wait{0, 200'000'000};
    int const number = ::sigtimedwait(&set_, nullptr, &wait);
    return number == SIGINT || number == SIGTERM;
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
};

/// Worker processes, ended at the latest when this goes.
class Crew {
 public:
  Crew(std::uint64_t items, std::uint32_t jobs, WorkerCalls const& calls)
      : items_(items), calls_(calls), board_(jobs), processes_(jobs, 0) {
    for (std::uint32_t number = 0; number < jobs; ++number) start(number);
  }
  ~Crew() { end_all(); }
  Crew(Crew const&) = delete;
  Crew& operator=(Crew const&) = delete;

  bool work() {
    while (std::any_of(processes_.begin(), processes_.end(), [](pid_t process) { return process > 0; })) {
      if (signals_.interrupted()) return false;
      for (std::uint32_t number = 0; number < processes_.size(); ++number) look_after(number);
      calls_.progress(board_->done);
    }
    return true;
  }

 private:
  void start(std::uint32_t number) {
    std::fflush(nullptr);  // What waits in a buffer would be written by both processes.
    pid_t const parent = ::getpid();
    pid_t const process = ::fork();
    if (process < 0) throw OutputError("cannot start a process (" + system_reason(errno) + ")");
    if (process == 0) be_a_worker(number, parent);
    processes_[number] = process;
  }

  [[noreturn]] void be_a_worker(std::uint32_t number, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);  // It ended before the line above.
    // An interrupt from the keyboard comes to every process; the caller decides.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_DFL);
    signals_.restore();
    int code = 0;
    try {
      Worker const work = calls_.make(number);
      for (std::uint64_t item = board_->next++; item < items_; item = board_->next++) {
        board_->current()[number] = item;
        work(item);
        board_->current()[number] = no_item;
        ++board_->done;
      }
    } catch (OutputError const& error) {
      code = leave(error, ended_by_output);
    } catch (std::exception const& error) {
      code = leave(error, ended_by_exception);
    }
    if (__gcov_dump != nullptr) __gcov_dump();
    ::_exit(code);  // Destructors of static objects belong to the caller.
  }

  int leave(std::exception const& error, int code) {
    std::strncpy(board_->error.data(), error.what(), board_->error.size() - 1);
    return code;
  }

  [[nodiscard]] std::string how_it_ended(int status) const {
    if (WIFSIGNALED(status)) {
      return "signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ")";
    }
    std::string const code = "exit code " + std::to_string(WEXITSTATUS(status));
    return WEXITSTATUS(status) == ended_by_exception ? code + " (" + board_->error.data() + ")" : code;
  }

  void look_after(std::uint32_t number) {
    int status = 0;
    if (processes_[number] <= 0 || ::waitpid(processes_[number], &status, WNOHANG) <= 0) return;
    processes_[number] = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    if (WIFEXITED(status) && WEXITSTATUS(status) == ended_by_output) throw OutputError(board_->error.data());
    std::uint64_t const item = board_->current()[number].exchange(no_item);
    // Without an item it died before it began: another one would, too.
    if (item == no_item) throw OutputError("a process that runs points ended with " + how_it_ended(status));
    calls_.died(number, item, how_it_ended(status));
    ++board_->done;
    start(number);
  }

  void end_all() {
    for (pid_t const process : processes_) {
      if (process > 0) ::kill(process, SIGKILL);
    }
    for (pid_t& process : processes_) {
      while (process > 0 && ::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
      }
      process = 0;
    }
  }

  std::uint64_t items_;
  WorkerCalls const& calls_;
  SharedBoard board_;
  WaitedSignals signals_;
  std::vector<pid_t> processes_;
};

}  // namespace

bool work_in_processes(std::uint64_t items, std::uint32_t jobs, WorkerCalls const& calls) {
  Crew crew(items, static_cast<std::uint32_t>(std::min<std::uint64_t>(jobs, items)), calls);
  return crew.work();
}

}  // namespace coinfer
