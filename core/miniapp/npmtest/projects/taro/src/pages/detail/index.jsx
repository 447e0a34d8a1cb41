import { useState } from "react";
import { View, Text } from "@tarojs/components";
import Taro, { useRouter, useLoad } from "@tarojs/taro";
export default function Detail() {
  const { id } = useRouter().params;
  const [stored, setStored] = useState("");
  useLoad(() => { Taro.setStorageSync("last", { id }); setStored("kept " + Taro.getStorageSync("last").id); });
  return <View className="detail">item {id} <Text className="stored">{stored}</Text></View>;
}
