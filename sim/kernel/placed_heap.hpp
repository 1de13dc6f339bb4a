// A heap of numbered things by key from which any of them can be taken, not the first alone. Where each stands is kept in a
// table by number, which several heaps may share as long as a number stands in one of them at a time.
#pragma once

#include <cstdint>
#include <vector>

namespace coinfer {

class PlacedHeap {
 public:
  using Places = std::vector<std::uint32_t>;
  struct Item {
    double key;
    std::uint64_t tie;  ///< orders equal keys
    std::uint32_t number;
  };

  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] Item const& top() const { return items_.front(); }
  void clear() { items_.clear(); }

  void push(Item const& item, Places& places) {
    if (places.size() <= item.number) places.resize(item.number + 1);
    items_.push_back(item);
    settle(items_.size() - 1, places);
  }
  /// The item of a number that stands in this heap.
  [[nodiscard]] Item const& at(std::uint32_t number, Places const& places) const { return items_[places[number]]; }
  void remove(std::uint32_t number, Places& places) {
    std::size_t const place = places[number];
    items_[place] = items_.back();
    items_.pop_back();
    if (place < items_.size()) settle(place, places);
  }
  void change(std::uint32_t number, double key, Places& places) {
    items_[places[number]].key = key;
    settle(places[number], places);
  }
  /// Takes `amount` from every key, which keeps their order.
  void lower_keys(double amount) {
    for (Item& item : items_) item.key -= amount;
  }

 private:
  static bool before(Item const& a, Item const& b) { return a.key < b.key || (a.key == b.key && a.tie < b.tie); }

  void settle(std::size_t place, Places& places) {
    Item const item = items_[place];
    while (place > 0 && before(item, items_[(place - 1) / 2])) {
      move((place - 1) / 2, place, places);
      place = (place - 1) / 2;
    }
    for (std::size_t child = 2 * place + 1; child < items_.size(); child = 2 * place + 1) {
      if (child + 1 < items_.size() && before(items_[child + 1], items_[child])) ++child;
      if (!before(items_[child], item)) break;
      move(child, place, places);
      place = child;
    }
    items_[place] = item;
    places[item.number] = static_cast<std::uint32_t>(place);
  }
  void move(std::size_t from, std::size_t to, Places& places) {
    items_[to] = items_[from];
    places[items_[to].number] = static_cast<std::uint32_t>(to);
  }

  std::vector<Item> items_;
};

}  // namespace coinfer
