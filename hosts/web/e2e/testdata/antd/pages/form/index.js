import { Form } from 'antd-mini/es/Form/form';

Page({
  data: {
    result: '',
    sizes: [{ label: '大号', value: 'L' }, { label: '小号', value: 'S' }],
    cities: [['北京', '杭州', '深圳']],
  },
  form: null,
  onLoad() { this.form = new Form({ initialValues: { size: 'S' } }); },
  item(ref) { this.items = (this.items || []).concat(ref); if (this.form) this.form.addItem(ref); },
  async submit() {
    try {
      const values = await this.form.submit();
      this.setData({ result: `${values.name} ${values.size} ${values.gift} ${values.city || ''}` });
    } catch (error) {
      this.setData({ result: '没有填完' });
    }
  },
});
