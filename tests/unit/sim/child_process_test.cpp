#include "sim/kernel/child_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "sim/base/errors.hpp"

namespace coinfer {
namespace {

/// The text of the error that `work` ends with; "none" where it does not, "another type" where the type is not E.
template <typename E>
std::string error_of(std::function<std::string()> const& work) {
  try {
    run_in_child(work);
  } catch (E const& error) {
    return error.what();
  } catch (...) {
    return "another type";
  }
  return "none";
}

}  // namespace

TEST_CASE("A child returns the bytes of its work and leaves the parent's memory alone") {
  int seen = 1;
  std::string const bytes = run_in_child([&] {
    seen = 2;
    return std::string("a\0b", 3) + std::to_string(seen);
  });
  REQUIRE(bytes == std::string("a\0b2", 4));
  REQUIRE(seen == 1);
  REQUIRE(run_in_child([] { return std::string(); }).empty());
}

TEST_CASE("A child may return hundreds of megabytes") {
  std::size_t const size = 200'000'000;
  std::string const bytes = run_in_child([&] {
    std::string made(size, 'x');
    made.front() = 'a';
    made.back() = 'z';
    return made;
  });
  REQUIRE(bytes.size() == size);
  REQUIRE(bytes.front() == 'a');
  REQUIRE(bytes.back() == 'z');
}

TEST_CASE("An error of the project arrives with its type and text") {
  REQUIRE(error_of<InputError>([]() -> std::string { throw InputError("a.textproto:1:2: wrong"); }) ==
          "a.textproto:1:2: wrong");
  REQUIRE(error_of<RunError>([]() -> std::string { throw RunError("the run failed"); }) == "the run failed");
  REQUIRE(error_of<OutputError>([]() -> std::string { throw OutputError("no space"); }) == "no space");
}

TEST_CASE("Any other exception arrives as a failed run") {
  REQUIRE(error_of<RunError>([]() -> std::string { throw std::runtime_error("out of luck"); }) ==
          "the simulation process failed (out of luck)");
  REQUIRE(error_of<RunError>([]() -> std::string { throw 7; }) == "the simulation process failed (unknown exception)");
}

TEST_CASE("A child that a signal ends is reported with the signal") {
  REQUIRE(error_of<RunError>([]() -> std::string {
            std::signal(SIGSEGV, SIG_DFL);
            std::raise(SIGSEGV);
            return {};
          }) == "the simulation process ended with signal 11 (Segmentation fault)");
  REQUIRE(error_of<RunError>([]() -> std::string {
            std::raise(SIGKILL);
            return {};
          }) == "the simulation process ended with signal 9 (Killed)");
}

TEST_CASE("A child that leaves without a result is reported with its exit code") {
  REQUIRE(error_of<RunError>([]() -> std::string { ::_exit(3); }) ==
          "the simulation process ended with exit code 3 and no result");
}

TEST_CASE("An interrupt ends the child even where the parent handles it") {
  auto* const before = std::signal(SIGINT, [](int) {});
  std::string const text = error_of<RunError>([]() -> std::string {
    std::raise(SIGINT);
    return "survived";
  });
  std::signal(SIGINT, before);
  REQUIRE(text == "the simulation process ended with signal 2 (Interrupt)");
}

TEST_CASE("A child ends when its parent is killed") {
  // The middle process is killed while its own child would sleep for a minute holding the pipe's write end open.
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  pid_t const middle = ::fork();
  REQUIRE(middle >= 0);
  if (middle == 0) {
    ::close(ends[0]);
    try {
      run_in_child([&] {
        char const ready = 'r';
        if (::write(ends[1], &ready, 1) == 1) ::sleep(60);
        return std::string();
      });
    } catch (RunError const&) {
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  char byte = 0;
  REQUIRE(::read(ends[0], &byte, 1) == 1);
  ::kill(middle, SIGKILL);
  int status = 0;
  REQUIRE(::waitpid(middle, &status, 0) == middle);
  // The end of the stream comes as soon as nobody holds the write end any more.
  ::alarm(20);
  REQUIRE(::read(ends[0], &byte, 1) == 0);
  ::alarm(0);
  ::close(ends[0]);
}

TEST_CASE("What waits in a buffer is written once") {
  std::string const path = "/tmp/coinfer_child_process_test_" + std::to_string(::getpid());
  std::FILE* file = std::fopen(path.c_str(), "w");
  REQUIRE(file != nullptr);
  std::fputs("parent ", file);
  run_in_child([&] {
    std::fputs("child ", file);
    return std::string();
  });
  std::fclose(file);
  file = std::fopen(path.c_str(), "r");
  char text[64] = {};
  std::size_t const size = std::fread(text, 1, sizeof text - 1, file);
  std::fclose(file);
  std::remove(path.c_str());
  REQUIRE(std::string(text, size) == "parent child ");
}

}  // namespace coinfer
