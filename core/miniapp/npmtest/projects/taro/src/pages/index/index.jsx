import { useState } from "react";
import { View, Text, Button, Input } from "@tarojs/components";
import Taro, { useLoad, useDidShow } from "@tarojs/taro";

function Counter({ label, start, onChange, children }) {
  const [count, setCount] = useState(start);
  const step = (by) => { setCount(count + by); onChange(count + by); };
  return (
    <View className="counter">
      <Button className="minus" onClick={() => step(-1)}>-</Button>
      <Text className="n">{label}: {count}</Text>
      <Button className="plus" onClick={() => step(1)}>+</Button>
      {children(count)}
    </View>
  );
}

export default function Index() {
  const [title, setTitle] = useState("");
  const [said, setSaid] = useState("nothing");
  const [name, setName] = useState("");
  const [items, setItems] = useState([{ id: 1, text: "milk", done: false }, { id: 2, text: "bread", done: true }]);
  useLoad(() => setTitle("from taro"));
  useDidShow(() => console.log("index shown"));
  const toggle = (id) => setItems(items.map((i) => (i.id === id ? { ...i, done: !i.done } : i)));
  return (
    <View className="page">
      <View className="title">{title}</View>
      <Counter label="apples" start={2} onChange={setSaid}>{(n) => <Text className="foot">foot {n}</Text>}</Counter>
      <View className="said">changed to {said}</View>
      <Input className="name" value={name} onInput={(e) => setName(e.detail.value)} />
      {name ? <View className="hello">hello {name}</View> : <View className="hello">who?</View>}
      {items.map((i) => <View key={i.id} className={i.done ? "row done" : "row"} onClick={() => toggle(i.id)}>{i.text} {i.done ? "done" : "open"}</View>)}
      <View className="left">{items.filter((i) => !i.done).length} left</View>
      <Button className="go" onClick={() => Taro.navigateTo({ url: "/pages/detail/index?id=7" })}>detail</Button>
    </View>
  );
}
