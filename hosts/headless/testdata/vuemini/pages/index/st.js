import { defineComponent, inject, ref, onAttach, watchEffect } from '@vue-mini/core'
defineComponent({ properties: { value: Number }, setup(props, { triggerEvent }) { const shared = inject('shared', ref(0)); const twice = ref(0); watchEffect(() => { twice.value = props.value * 2 }); return { shared, twice, minus() { triggerEvent('add', -1) }, plus() { triggerEvent('add', 2) } } } })
